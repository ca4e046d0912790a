package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.WorkerHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are replaced or given back while a handshake uses them. */
class CredentialKeysTest {

    private static final PeerSpec SPEC = PeerSpec.of("group", "worker");

    private final Assembly assembly = assembly();
    private Path file;

    private static Assembly assembly() {
        TransportConfig config = TransportConfig.builder().build();
        return new Assembly(config, new SocketMedium(config));
    }

    @BeforeEach
    void makeFolder(@TempDir Path parent) throws IOException {
        Path folder = Files.createDirectory(
                parent.resolve("credentials"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        file = folder.resolve("peer");
    }

    @AfterEach
    void close() {
        assembly.close();
    }

    private TransportServer serverThatWritesTheFile() throws IOException {
        TransportServer server = assembly.bind(Routes.none(), PeerListener.NONE);
        Files.deleteIfExists(file);
        server.issue(SPEC).saveTo(file);
        return server;
    }

    private static void hello(CredentialKeys.Lease lease) {
        ByteBuf out = Unpooled.buffer();
        try {
            new WorkerHandshake(lease.handshake(), Lane.DATA).hello(0, out);
        } finally {
            out.release();
        }
    }

    private static CredentialKeys.Lease lease(CredentialKeys keys) {
        return Objects.requireNonNull(keys.lease());
    }

    @Test
    @DisplayName(
            "Keys of a credential file that is read again are kept while it is the same, and wiped when no handshake uses them")
    void replacedKeysAreWipedBehindTheLastHandshake() throws IOException {
        serverThatWritesTheFile();
        CredentialKeys keys = new CredentialKeys(assembly, new CredentialSource.File(file));
        CredentialKeys.Lease used = lease(keys);
        keys.refresh();
        try (CredentialKeys.Lease again = lease(keys)) {
            assertThat(again.handshake()).isSameAs(used.handshake());
        }

        TransportServer restarted = serverThatWritesTheFile();
        keys.refresh();
        hello(used);
        try (CredentialKeys.Lease fresh = lease(keys)) {
            assertThat(fresh.address()).isEqualTo(restarted.address());
            used.close();
            used.close();
            assertThatIllegalStateException().isThrownBy(() -> hello(used));
            hello(fresh);
        }
        keys.close();
    }

    @Test
    @DisplayName("Keys that are given back while a handshake uses them are wiped behind it, and no other begins")
    void closedKeysAreWipedBehindTheLastHandshake() throws IOException {
        serverThatWritesTheFile();
        CredentialKeys keys = new CredentialKeys(assembly, new CredentialSource.File(file));
        CredentialKeys.Lease used = lease(keys);
        keys.close();
        hello(used);
        assertThat(keys.lease()).isNull();
        used.close();
        assertThatIllegalStateException().isThrownBy(() -> hello(used));
    }

    @Test
    @DisplayName("A HELLO that cannot be made leaves no buffer")
    void aFailedHelloLeavesNoBuffer() throws IOException {
        serverThatWritesTheFile();
        CredentialKeys keys = new CredentialKeys(assembly, new CredentialSource.File(file));
        CredentialKeys.Lease wiped = lease(keys);
        keys.close();
        wiped.close();
        List<RejectReason> failures = new ArrayList<>();
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        channel.pipeline()
                .addLast(new WorkerHandshakeHandler(
                        new WorkerHandshakeHandler.Owner() {
                            @Override
                            public void established(
                                    ChannelHandlerContext ctx, Established established, long millisLeft) {
                                throw new AssertionError("without a CHALLENGE");
                            }

                            @Override
                            public void failed(RejectReason reason, String detail) {
                                failures.add(reason);
                            }
                        },
                        new WorkerHandshake(wiped.handshake(), Lane.DATA),
                        new FrameDecoder(memory, WireSpec.LEN_MAX_HANDSHAKE),
                        Clocks.SYSTEM));
        channel.pipeline().fireChannelActive();
        assertThat(failures).containsExactly(RejectReason.E_INTERNAL);
        assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory())
                .isZero();
        channel.finishAndReleaseAll();
    }
}
