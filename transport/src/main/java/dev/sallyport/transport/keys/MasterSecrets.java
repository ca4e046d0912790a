package dev.sallyport.transport.keys;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Chooses the row of protocol.md's table (section 3) that a configuration asks for, and gets its secrets. */
final class MasterSecrets {

    private MasterSecrets() {}

    static WorkKeys workKeys(TransportConfig config, Hkdf hkdf, byte[] bootId, SecureRandom random) {
        boolean isStatic = config.secretMode() == SecretMode.STATIC;
        if (config.kdf() == Kdf.NONE) {
            return isStatic ? new GroupSecretWorkKeys(groupSecrets(config)) : new FreshWorkKeys(random);
        }
        try (Secret master =
                isStatic ? masterSecret(config) : Secret.random(random, WireSpec.MASTER_SECRET_MIN_BYTES)) {
            return new DerivedWorkKeys(hkdf, bootId, master);
        }
    }

    private static Secret masterSecret(TransportConfig config) {
        if (config.secretFile() != null) {
            return SecretFile.read(config.secretFile());
        }
        if (config.secretSupplier() != null) {
            return SecretFile.takeOver(config.secretSupplier().get());
        }
        throw new RejectedException(
                RejectReason.E_CONFIG_SECRET, "static secrets with kdf hkdf_sha256 need one secret for all groups");
    }

    private static Map<String, Secret> groupSecrets(TransportConfig config) {
        Map<String, Secret> secrets = new HashMap<>();
        try {
            new TreeMap<>(config.groupSecretFiles())
                    .forEach((group, file) -> secrets.put(group, SecretFile.read(file)));
            new TreeMap<>(config.groupSecretSuppliers())
                    .forEach((group, supplier) -> secrets.put(group, SecretFile.takeOver(supplier.get())));
        } catch (RuntimeException e) {
            secrets.values().forEach(Secret::close);
            throw e;
        }
        return secrets;
    }
}
