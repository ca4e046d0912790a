package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_CONFLICT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_ISOLATION;
import static dev.sallyport.transport.RejectReason.E_CONFIG_SECRET;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.supervisor.config.AuthReader.Auth;
import dev.sallyport.supervisor.config.ConfigWarning.Code;
import dev.sallyport.supervisor.config.GroupRules.Placed;
import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which secrets a mode and a derivation need, and that no two groups share one ({@code docs/protocol.md}, section 3). */
final class SecretRules {

    private final Auth auth;
    private final List<Placed> groups;
    private final Secrets secrets;

    SecretRules(Auth auth, List<Placed> groups, Secrets secrets) {
        this.auth = auth;
        this.groups = groups;
        this.secrets = secrets;
    }

    void check() {
        if (auth.secretMode() == SecretMode.GENERATED) {
            refuseAll("generated secrets take none; remove it, or set secret_mode to static");
        } else {
            auth.section()
                    .warn(
                            Code.W_STATIC_SECRET,
                            "secret_mode",
                            "a static secret is as old as its file and outlives every run; generated ones do not");
            if (auth.kdf() == Kdf.NONE) {
                checkOneSecretPerGroup();
            } else {
                checkCommonSecret();
            }
        }
    }

    private void refuseAll(String why) {
        if (hasCommon()) {
            auth.section().error(E_CONFIG_CONFLICT, commonKey(), why);
        }
        refuseGroups(why);
    }

    private void refuseGroups(String why) {
        for (Placed group : groups) {
            if (group.section().has("secret_file")) {
                group.section().error(E_CONFIG_CONFLICT, "secret_file", why);
            }
        }
    }

    private void checkCommonSecret() {
        requireCommon();
        refuseGroups("with kdf hkdf_sha256 all keys come from auth.secret_file; remove it, or set kdf to none");
    }

    private void checkOneSecretPerGroup() {
        auth.section()
                .warn(
                        Code.W_GROUP_ISOLATION,
                        "kdf",
                        "static secrets without derivation isolate groups only, not the incarnations of a worker; hkdf_sha256 does both");
        if (hasCommon() && groups.size() > 1) {
            auth.section()
                    .error(
                            E_CONFIG_ISOLATION,
                            commonKey(),
                            "one secret for several groups; give each its secret_file, or set kdf to hkdf_sha256");
            return;
        }
        if (groups.isEmpty()) {
            requireCommon();
        }
        groups.forEach(this::checkGroup);
        secrets.checkDistinct();
    }

    private void checkGroup(Placed group) {
        Section section = group.section();
        if (group.spec().workers() > 1) {
            section.error(
                    E_CONFIG_ISOLATION,
                    "workers",
                    "one worker only: with static secrets and kdf none its mates would share its keys; set kdf to hkdf_sha256");
        }
        for (String key : GroupReader.RECYCLE_KEYS) {
            if (section.has(key)) {
                section.error(
                        E_CONFIG_ISOLATION,
                        key,
                        "with static secrets and kdf none a replacement would share the keys of the worker it replaces; set kdf to hkdf_sha256");
            }
        }
        if (hasCommon() && section.has("secret_file")) {
            section.error(E_CONFIG_CONFLICT, "secret_file", "the secret is given in auth already");
        }
        if (!hasCommon()) {
            section.require(E_CONFIG_SECRET, "secret_file", "with kdf none each group needs its own secret_file");
        }
    }

    private void requireCommon() {
        if (!hasCommon()) {
            auth.section().require(E_CONFIG_SECRET, "secret_file", "static secrets need a secret_file");
        }
    }

    private boolean hasCommon() {
        return auth.section().has("secret_file") || auth.section().has("secret");
    }

    private String commonKey() {
        return auth.section().has("secret") ? "secret" : "secret_file";
    }

    /** The secret that all groups' keys are derived from. */
    @Nullable
    SecretSource common() {
        return auth.kdf() == Kdf.HKDF_SHA256 ? auth.secret() : null;
    }

    /** The groups, each with the secret that it uses as it is. */
    List<GroupSpec> groups() {
        List<GroupSpec> specs = new ArrayList<>();
        for (Placed group : groups) {
            GroupSpec spec = group.spec();
            boolean adopts = auth.kdf() == Kdf.NONE && spec.secret() == null;
            specs.add(adopts ? spec.toBuilder().secret(auth.secret()).build() : spec);
        }
        return specs;
    }
}
