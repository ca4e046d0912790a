package dev.sallyport.supervisor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One group of workers, as configured in {@code runtime.platform.process_groups[]}. Immutable. */
public final class GroupSpec {

    private final Builder settings;

    private GroupSpec(Builder settings) {
        this.settings = settings;
    }

    /**
     * A group of one worker with the default of everything else: what YAML makes of {@code name} alone.
     *
     * @param name {@code [a-z0-9-]{1,63}}
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The same group, to be changed. */
    public Builder toBuilder() {
        return settings.copy();
    }

    public String name() {
        return settings.name;
    }

    /** 1: each further one is a process. */
    public int workers() {
        return settings.workers;
    }

    /** None: groups that must be ready before this one starts. */
    public List<String> dependsOn() {
        return settings.dependsOn;
    }

    /** Empty, the worker runtime's own: the main class of a JVM worker. */
    public String entry() {
        return settings.entry;
    }

    /** Empty, for a JVM worker: an executable and its arguments instead. */
    public List<String> command() {
        return settings.command;
    }

    /** Empty, the supervisor's own: class-path entries of a JVM worker, in the place of the supervisor's. */
    public List<String> classPath() {
        return settings.classPath;
    }

    /** None: class-path entries with a generated injection module each, by path or jar name; the container holds their modules and the platform's. */
    public List<String> discoveryRoots() {
        return settings.discoveryRoots;
    }

    /** None: added behind the default flags, so they win. */
    public List<String> jvmArgs() {
        return settings.jvmArgs;
    }

    /** None: the environment variables that a worker gets, each with a fixed value, or empty for the supervisor's own value. */
    public Map<String, String> env() {
        return settings.env;
    }

    /** None: methods that a worker may call in the supervisor. */
    public Set<String> calls() {
        return settings.calls;
    }

    /** This group's own static secret, for kdf none; otherwise null. */
    public @Nullable SecretSource secret() {
        return settings.secret;
    }

    /** {@link RestartPolicy#DEFAULT}: what happens when a worker ends by itself. */
    public RestartPolicy restart() {
        return settings.restart;
    }

    /** {@link Recycle#NEVER}: when a worker is replaced although it is healthy. */
    public Recycle recycle() {
        return settings.recycle;
    }

    /**
     * 0, as many as its workers take, each {@code TransportConfig.maxConcurrentCalls()}: the most calls of the supervisor to this group
     * that have not ended; above it {@code Outcome.OVERLOADED} at once. A limit of its own keeps one group from taking the memory, and
     * the patience, that were meant for all.
     */
    public int maxConcurrentCalls() {
        return settings.maxConcurrentCalls;
    }

    /** Its name alone: arguments and variables may be secrets. */
    @Override
    public String toString() {
        return "group " + name();
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

    /** Collects the settings of a group; what each of them means stands at the accessor. Not for use by several threads. */
    public static final class Builder {

        private final String name;
        private int workers = 1;
        private List<String> dependsOn = List.of();
        private String entry = "";
        private List<String> command = List.of();
        private List<String> classPath = List.of();
        private List<String> discoveryRoots = List.of();
        private List<String> jvmArgs = List.of();
        private Map<String, String> env = Map.of();
        private Set<String> calls = Set.of();
        private @Nullable SecretSource secret;
        private RestartPolicy restart = RestartPolicy.DEFAULT;
        private Recycle recycle = Recycle.NEVER;
        private int maxConcurrentCalls;

        private Builder(String name) {
            this.name = name;
        }

        private Builder copy() {
            Builder copy = new Builder(name);
            copy.workers = workers;
            copy.dependsOn = dependsOn;
            copy.entry = entry;
            copy.command = command;
            copy.classPath = classPath;
            copy.discoveryRoots = discoveryRoots;
            copy.jvmArgs = jvmArgs;
            copy.env = env;
            copy.calls = calls;
            copy.secret = secret;
            copy.restart = restart;
            copy.recycle = recycle;
            copy.maxConcurrentCalls = maxConcurrentCalls;
            return copy;
        }

        /** From 1. */
        public Builder workers(int count) {
            this.workers = count;
            return this;
        }

        public Builder dependsOn(List<String> groups) {
            this.dependsOn = List.copyOf(groups);
            return this;
        }

        public Builder entry(String mainClass) {
            this.entry = mainClass;
            return this;
        }

        public Builder command(List<String> argv) {
            this.command = List.copyOf(argv);
            return this;
        }

        public Builder classPath(List<String> entries) {
            this.classPath = List.copyOf(entries);
            return this;
        }

        public Builder discoveryRoots(List<String> entries) {
            this.discoveryRoots = List.copyOf(entries);
            return this;
        }

        public Builder jvmArgs(List<String> flags) {
            this.jvmArgs = List.copyOf(flags);
            return this;
        }

        public Builder env(Map<String, String> variables) {
            this.env = Map.copyOf(variables);
            return this;
        }

        public Builder calls(Set<String> methods) {
            this.calls = Set.copyOf(methods);
            return this;
        }

        public Builder secret(@Nullable SecretSource source) {
            this.secret = source;
            return this;
        }

        public Builder restart(RestartPolicy policy) {
            this.restart = policy;
            return this;
        }

        /** {@link Recycle#NEVER} for temporary workers. */
        public Builder recycle(Recycle limits) {
            this.recycle = limits;
            return this;
        }

        /** From 1; 0 for as many as its workers take. */
        public Builder maxConcurrentCalls(int calls) {
            this.maxConcurrentCalls = calls;
            return this;
        }

        /**
         * The group. This builder can be used on, for another one.
         *
         * @throws IllegalArgumentException for no worker, a negative limit, a temporary group that recycles, and for what no environment can hold
         */
        public GroupSpec build() {
            if (workers < 1 || maxConcurrentCalls < 0) {
                throw new IllegalArgumentException("a group has 1 worker or more, and no negative limit");
            }
            env.forEach(Builder::requireVariable);
            if (restart.type() == RestartPolicy.Type.TEMPORARY && !recycle.equals(Recycle.NEVER)) {
                throw new IllegalArgumentException("a temporary worker is never replaced: its state would be lost");
            }
            return new GroupSpec(copy());
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
    }
}
