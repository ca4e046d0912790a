package dev.sallyport.transport;

import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where keys come from: one row of the table in protocol.md, section 3. It holds the places of secrets, never a secret. */
record SecretSettings(
        SecretMode mode,
        Kdf kdf,
        @Nullable Path file,
        @Nullable Supplier<byte[]> supplier,
        Map<String, Path> groupFiles,
        Map<String, Supplier<byte[]>> groupSuppliers) {

    static final SecretSettings DEFAULT =
            new SecretSettings(SecretMode.GENERATED, Kdf.HKDF_SHA256, null, null, Map.of(), Map.of());

    static SecretSettings derivedFrom(Path file) {
        return new SecretSettings(SecretMode.STATIC, Kdf.HKDF_SHA256, file, null, Map.of(), Map.of());
    }

    static SecretSettings derivedFrom(Supplier<byte[]> supplier) {
        return new SecretSettings(SecretMode.STATIC, Kdf.HKDF_SHA256, null, supplier, Map.of(), Map.of());
    }

    static SecretSettings perGroup(Map<String, Path> files, Map<String, Supplier<byte[]>> suppliers) {
        return new SecretSettings(SecretMode.STATIC, Kdf.NONE, null, null, Map.copyOf(files), Map.copyOf(suppliers));
    }

    /** Generated secrets. Static ones given before are kept, so that the conflict is seen. */
    SecretSettings generated(Kdf derivation) {
        return new SecretSettings(SecretMode.GENERATED, derivation, file, supplier, groupFiles, groupSuppliers);
    }

    /** @throws RejectedException when the secrets given are not those that the mode takes */
    void check() {
        boolean given = file != null || supplier != null || !groupFiles.isEmpty() || !groupSuppliers.isEmpty();
        ConfigRules.require(
                mode == SecretMode.STATIC || !given,
                RejectReason.E_CONFIG_CONFLICT,
                "generated secrets take no static secret");
        ConfigRules.require(
                mode == SecretMode.GENERATED || given,
                RejectReason.E_CONFIG_SECRET,
                "static secrets need a secret for each group");
        for (String group : groupSuppliers.keySet()) {
            ConfigRules.require(
                    !groupFiles.containsKey(group),
                    RejectReason.E_CONFIG_DUPLICATE,
                    "two static secrets for group " + group);
        }
    }
}
