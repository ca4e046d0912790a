package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 48, 63, 64})
    void hexAndBase64AreRead(int length) throws IOException {
        byte[] secret = bytes(length);
        String hex = HexFormat.of().formatHex(secret);
        assertDecodes(hex, secret);
        assertDecodes(HexFormat.of().withUpperCase().formatHex(secret), secret);
        assertDecodes(" \t" + hex + "\r\n\n", secret);
        assertDecodes(Base64.getEncoder().encodeToString(secret) + "\n", secret);
        assertDecodes(Base64.getEncoder().withoutPadding().encodeToString(secret), secret);
    }

    @Test
    void textOfHexDigitsOnlyIsHex() {
        // 64 hex digits are base64 of 48 bytes as well
        try (Secret secret = SecretFile.decode("ab".repeat(32))) {
            assertThat(secret.length()).isEqualTo(32);
        }
    }

    static Stream<Arguments> refused() {
        String hex = HexFormat.of().formatHex(bytes(40));
        return Stream.of(
                Arguments.of("empty", ""),
                Arguments.of("white space", " \n"),
                Arguments.of("31 bytes of hex", hex.substring(0, 62)),
                Arguments.of("odd hex", hex.substring(0, 65)),
                Arguments.of("65 bytes of hex", HexFormat.of().formatHex(bytes(65))),
                Arguments.of("31 bytes of base64", Base64.getEncoder().encodeToString(bytes(31))),
                Arguments.of("65 bytes of base64", Base64.getEncoder().encodeToString(bytes(65))),
                Arguments.of("the alphabet of URLs", "-_" + Base64.getEncoder().encodeToString(bytes(33))),
                Arguments.of("two lines", hex.substring(0, 40) + "\n" + hex.substring(40)),
                Arguments.of("a key and a value", "secret=" + hex),
                Arguments.of("a passphrase", "correct horse battery staple correct horse battery"),
                Arguments.of("letters beyond ASCII", "\u0661" + hex.substring(1)),
                Arguments.of("far too long", "ab".repeat(4000)));
    }

    @ParameterizedTest(name = "C02 {0}")
    @MethodSource("refused")
    @DisplayName("C02 a static secret that is missing, short or malformed is E_CONFIG_SECRET and not echoed")
    void C02_badSecretIsNotEchoed(String what, String text) throws IOException {
        Path file = write(text);
        assertRefused(() -> SecretFile.read(file), text);
        assertRefused(() -> SecretFile.decode(text), text);
    }

    @Test
    @DisplayName("C02 a secret file that is missing, open to others, or no file is E_CONFIG_SECRET")
    void C02_unsafeFile() throws IOException {
        assertRefused(() -> SecretFile.read(folder.resolve("none")), "");
        assertRefused(() -> SecretFile.read(folder), "");
        String text = HexFormat.of().formatHex(bytes(32));
        Path file = write(text);
        for (String permissions : new String[] {"rw-r-----", "rw----r--", "rwx------"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            assertRefused(() -> SecretFile.read(file), text);
        }
    }

    @Test
    void whatIsHandedOverIsWiped() {
        byte[] given = bytes(32);
        try (Secret secret = SecretFile.takeOver(given)) {
            assertThat(given).containsOnly(0);
            assertThat(secret.<byte[]>use(byte[]::clone)).isEqualTo(bytes(32));
        }
        byte[] tooShort = bytes(31);
        assertRefused(() -> SecretFile.takeOver(tooShort), "");
        assertThat(tooShort).containsOnly(0);
    }

    private void assertDecodes(String text, byte[] expected) throws IOException {
        try (Secret decoded = SecretFile.decode(text);
                Secret read = SecretFile.read(write(text))) {
            assertThat(decoded.<byte[]>use(byte[]::clone)).isEqualTo(expected);
            assertThat(read.<byte[]>use(byte[]::clone)).isEqualTo(expected);
        }
    }

    private static void assertRefused(Runnable action, String text) {
        RejectedException thrown = catchThrowableOfType(RejectedException.class, action::run);
        assertThat(thrown.reason()).isEqualTo(RejectReason.E_CONFIG_SECRET);
        assertThat(thrown.getSuppressed()).isEmpty();
        Canary.of(text.getBytes(StandardCharsets.UTF_8)).assertAbsentFrom(thrown);
    }

    private Path write(String text) throws IOException {
        Path file = folder.resolve("secret");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        IntStream.range(0, length).forEach(i -> bytes[i] = (byte) (i * 37 + 11));
        return bytes;
    }
}
