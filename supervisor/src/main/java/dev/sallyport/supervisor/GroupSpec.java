package dev.sallyport.supervisor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One group of workers, as configured in {@code runtime.platform.process_groups[]}.
 *
 * @param name {@code [a-z0-9-]{1,63}}
 * @param workers how many, from 1
 * @param dependsOn groups that must be ready before this one starts
 * @param entry the main class of a JVM worker; empty: the worker runtime's own
 * @param command an executable and its arguments instead of a JVM; empty for a JVM worker
 * @param classPath class-path entries of a JVM worker; empty: the supervisor's own
 * @param discoveryRoots class-path entries with a generated injection module each, by path or jar name; the container holds their modules and the platform's
 * @param jvmArgs added behind the default flags, so they win
 * @param env names of environment variables the worker inherits, mapped to a fixed value or to empty for the supervisor's own value
 * @param calls methods the worker may call in the supervisor
 * @param secret this group's own static secret, for kdf none; otherwise null
 * @param restart what happens when a worker ends by itself
 * @param recycle when a worker is replaced although it is healthy; {@code NEVER} for temporary workers
 */
public record GroupSpec(
        String name,
        int workers,
        List<String> dependsOn,
        String entry,
        List<String> command,
        List<String> classPath,
        List<String> discoveryRoots,
        List<String> jvmArgs,
        Map<String, String> env,
        Set<String> calls,
        @Nullable SecretSource secret,
        RestartPolicy restart,
        Recycle recycle) {

    /** @throws IllegalArgumentException for a temporary group that recycles, and for what no environment can hold */
    public GroupSpec {
        dependsOn = List.copyOf(dependsOn);
        command = List.copyOf(command);
        classPath = List.copyOf(classPath);
        discoveryRoots = List.copyOf(discoveryRoots);
        jvmArgs = List.copyOf(jvmArgs);
        env = Map.copyOf(env);
        calls = Set.copyOf(calls);
        env.forEach(GroupSpec::requireVariable);
        if (restart.type() == RestartPolicy.Type.TEMPORARY && !recycle.equals(Recycle.NEVER)) {
            throw new IllegalArgumentException("a temporary worker is never replaced: its state would be lost");
        }
    }

    /** Never with the value in its message, which may be a secret. */
    private static void requireVariable(String variable, String value) {
        if (variable.isEmpty() || variable.indexOf('=') >= 0 || variable.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "the name of an environment variable is not empty and holds no = or NUL");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the value of environment variable " + variable + " holds a NUL");
        }
    }

    /** A group of JVM workers with the default of everything else: what YAML makes of {@code name}, {@code workers} and {@code discovery_roots}. */
    public static GroupSpec of(String name, int workers, List<String> discoveryRoots) {
        return new GroupSpec(
                name,
                workers,
                List.of(),
                "",
                List.of(),
                List.of(),
                discoveryRoots,
                List.of(),
                Map.of(),
                Set.of(),
                null,
                RestartPolicy.DEFAULT,
                Recycle.NEVER);
    }

    /** The same group with this class path, in the place of the supervisor's own. */
    public GroupSpec withClassPath(List<String> entries) {
        return new GroupSpec(
                name,
                workers,
                dependsOn,
                entry,
                command,
                entries,
                discoveryRoots,
                jvmArgs,
                env,
                calls,
                secret,
                restart,
                recycle);
    }

    /** The same group, whose workers may call these methods in the supervisor. */
    public GroupSpec withCalls(Set<String> methods) {
        return new GroupSpec(
                name,
                workers,
                dependsOn,
                entry,
                command,
                classPath,
                discoveryRoots,
                jvmArgs,
                env,
                methods,
                secret,
                restart,
                recycle);
    }

    /** The same group with this secret. */
    public GroupSpec withSecret(@Nullable SecretSource source) {
        return new GroupSpec(
                name,
                workers,
                dependsOn,
                entry,
                command,
                classPath,
                discoveryRoots,
                jvmArgs,
                env,
                calls,
                source,
                restart,
                recycle);
    }

    /** The same group with these limits. */
    public GroupSpec withRecycle(Recycle limits) {
        return new GroupSpec(
                name,
                workers,
                dependsOn,
                entry,
                command,
                classPath,
                discoveryRoots,
                jvmArgs,
                env,
                calls,
                secret,
                restart,
                limits);
    }

    /**
     * When a healthy worker is replaced; 0 in a field: never for that reason. Each limit is lowered at random by up to a tenth for
     * each incarnation, so that workers of a group are not due together. Not for a group whose policy is {@code TEMPORARY}.
     *
     * @param maxRequests after this many requests
     * @param maxAgeSeconds after it was ready for this long
     * @param maxRssBytes when its resident memory is above this; only where the system tells it (Linux), and not in inline mode
     */
    public record Recycle(long maxRequests, long maxAgeSeconds, long maxRssBytes) {

        public static final Recycle NEVER = new Recycle(0, 0, 0);
    }
}
