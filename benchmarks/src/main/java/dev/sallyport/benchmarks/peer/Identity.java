package dev.sallyport.benchmarks.peer;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed P-256 certificate made for one run by the JDK's {@code keytool}, in a private temporary folder. TLS 1.3
 * only, AES-128-GCM, BoringSSL: the fastest that Netty offers on this hardware.
 */
record Identity(Path trustFile) {

    private static final String PASSWORD = "benchmark";
    private static final String CIPHER = "TLS_AES_128_GCM_SHA256";

    static Identity create() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sallyport-benchmark");
        Path file = folder.resolve("identity.p12");
        // the last one is deleted first
        folder.toFile().deleteOnExit();
        file.toFile().deleteOnExit();
        Process keytool = new ProcessBuilder(keytoolCommand(file))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool ended with " + keytool.exitValue());
        }
        return new Identity(file);
    }

    private static List<String> keytoolCommand(Path file) {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        return List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
    }

    SslContextBuilder server() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(trustFile), PASSWORD.toCharArray());
        return fast(SslContextBuilder.forServer(keys));
    }

    SslContext serverContext() throws IOException, GeneralSecurityException {
        return server().build();
    }

    static SslContextBuilder client(String trustFile) throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("server", load(Path.of(trustFile)).getCertificate("server"));
        trust.init(certificates);
        return fast(SslContextBuilder.forClient().trustManager(trust));
    }

    static SslContext clientContext(String trustFile) throws IOException, GeneralSecurityException {
        return client(trustFile).build();
    }

    private static SslContextBuilder fast(SslContextBuilder builder) {
        return builder.sslProvider(SslProvider.OPENSSL).protocols("TLSv1.3").ciphers(List.of(CIPHER));
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
