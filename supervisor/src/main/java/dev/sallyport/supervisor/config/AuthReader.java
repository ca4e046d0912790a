package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_CONFLICT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_LIMIT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_TTL;

import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code execution_ipc.auth}. */
final class AuthReader {

    private static final int TTL_DEFAULT = 30;
    private static final int TTL_MAX = 3600;
    private static final int NONCES_DEFAULT = 100_000;
    private static final int NONCES_MAX = 10_000_000;

    private final Section auth;
    private final Secrets secrets;

    AuthReader(Section auth, Secrets secrets) {
        this.auth = auth;
        this.secrets = secrets;
    }

    /**
     * What {@code auth} says.
     *
     * @param section for the place of what is found wrong later
     * @param secret the common secret, or null
     */
    record Auth(
            Section section,
            SecretMode secretMode,
            Kdf kdf,
            @Nullable SecretSource secret,
            int ttlSeconds,
            int nonceCacheSize) {}

    Auth read() {
        Value mode = auth.get("mode");
        if (mode != null) {
            mode.index(List.of("hmac"), "E_CONFIG_UNKNOWN");
        }
        SecretMode secretMode = auth.choice("secret_mode", SecretMode.class, "BOOT-CFG-02");
        if (secretMode == null) {
            secretMode = SecretMode.GENERATED;
        }
        Kdf kdf = auth.choice("kdf", Kdf.class, "BOOT-CFG-03");
        if (kdf == null) {
            kdf = secretMode == SecretMode.STATIC ? Kdf.NONE : Kdf.HKDF_SHA256;
        }
        Auth read = new Auth(
                auth,
                secretMode,
                kdf,
                commonSecret(),
                auth.number("ttl_seconds", 1, TTL_MAX, E_CONFIG_TTL, TTL_DEFAULT),
                auth.number("nonce_cache_size", 1, NONCES_MAX, E_CONFIG_LIMIT, NONCES_DEFAULT));
        auth.finish();
        return read;
    }

    private @Nullable SecretSource commonSecret() {
        Value file = auth.get("secret_file");
        Value text = auth.get("secret");
        if (file != null && text != null) {
            auth.error(E_CONFIG_CONFLICT, "secret", "secret and secret_file exclude each other");
        }
        if (text != null) {
            auth.warn(
                    ConfigWarning.Code.W_INLINE_SECRET,
                    "secret",
                    "a secret in the configuration is for local development only; move it to a file of mode 0600 and name it in secret_file");
            return Secrets.given(text);
        }
        return file == null ? null : secrets.file(file);
    }
}
