package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.proto.v1.Swp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a starting worker does with its bundle, in a class loader that notes what is loaded. */
class WorkerPathTest {

    @Test
    void readingABundleAndDerivingKeysLoadsNeitherBouncyCastleNorDescriptors() throws Exception {
        NotingLoader loader = new NotingLoader();
        Object worker = loader.loadClass(ReadsBundle.class.getName())
                .getDeclaredConstructor()
                .newInstance();
        assertThat(worker.getClass()).isNotEqualTo(ReadsBundle.class);
        @SuppressWarnings("unchecked")
        Consumer<byte[]> reads = (Consumer<byte[]>) worker;
        reads.accept(BundleCodec.encode(GoldenVector.first().credential()));
        assertThat(loader.loaded).contains(JdkHkdf.class.getName());
        assertThat(loader.loaded).noneMatch(name -> name.contains("bouncycastle"));
        assertThat(loader.loaded).doesNotContain(BouncyCastleHkdf.class.getName());
        // it builds the descriptors of all messages
        assertThat(loader.loaded).contains(Bundle.class.getName()).doesNotContain(Swp.class.getName());
    }

    /** An archive of linked classes holds the issuing side's too, and links them at each start of a worker. */
    @Test
    void linkingTheIssuingSideLoadsNothingOfBouncyCastle() throws Exception {
        NotingLoader loader = new NotingLoader();
        Class.forName(BouncyCastleHkdf.class.getName(), true, loader);
        assertThat(loader.loaded).contains(Hkdf.class.getName()).noneMatch(name -> name.startsWith("org.bouncycastle"));
    }

    /** The worker's steps. */
    public static final class ReadsBundle implements Consumer<byte[]> {
        @Override
        public void accept(byte[] bundle) {
            try (IssuedCredential credential = BundleCodec.read(new ByteArrayInputStream(bundle));
                    PeerKeys keys = credential.newPeerKeys()) {
                keys.session(Direction.W2S, new byte[32], new byte[16]).close();
            }
        }
    }

    /** Defines the project's classes anew, and notes the name of each class that is asked for. */
    private static final class NotingLoader extends ClassLoader {

        private final List<String> loaded = Collections.synchronizedList(new ArrayList<>());

        NotingLoader() {
            super(WorkerPathTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                loaded.add(name);
                Class<?> known = findLoadedClass(name);
                if (known != null || !name.startsWith("dev.sallyport.")) {
                    return known != null ? known : super.loadClass(name, resolve);
                }
                byte[] code = code(name);
                return defineClass(name, code, 0, code.length);
            }
        }

        private byte[] code(String name) throws ClassNotFoundException {
            String resource = name.replace('.', '/') + ".class";
            try (InputStream input = Objects.requireNonNull(getParent()).getResourceAsStream(resource)) {
                return Objects.requireNonNull(input, name).readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
