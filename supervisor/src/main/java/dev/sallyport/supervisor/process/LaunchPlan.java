package dev.sallyport.supervisor.process;

import dev.sallyport.supervisor.GroupSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What would be started for a worker of a group, without what may be somebody's secret.
 *
 * @param wrapper what the command line begins with: programs that set something up and replace themselves by the rest
 * @param argv the rest of the command line; the values of arguments whose names sound like secrets are masked
 * @param environment by name
 */
public record LaunchPlan(List<String> wrapper, List<String> argv, Map<String, Variable> environment) {

    private static final String MASK = "***";

    private static final String SECRET_NAME = "[^=]*(?:secret|passw|token|credential|key)[^=]*";

    /** {@code -Dpassword=x}, {@code --api-key=x}, {@code API_TOKEN=x}. */
    private static final Pattern SECRET_ARGUMENT = Pattern.compile("(?is)(" + SECRET_NAME + "=).+");

    /** {@code --password}, with the value in the next word. */
    private static final Pattern SECRET_OPTION = Pattern.compile("(?i)-" + SECRET_NAME);

    public LaunchPlan {
        wrapper = List.copyOf(wrapper);
        argv = List.copyOf(argv);
    }

    /**
     * A variable of the environment.
     *
     * @param text its value, when every worker has it from the supervisor, or else where it comes from
     * @param isValue whether the text is the value
     */
    public record Variable(String text, boolean isValue) {

        /** As it stands behind the name. */
        public String shown() {
            return isValue ? "=" + text : "  (" + text + ")";
        }
    }

    /**
     * What {@link LocalLauncher} would be given, and what it puts before that.
     *
     * @param further flags of the supervisor's own, as for {@link WorkerCommand#of(GroupSpec, List)}
     * @param own the supervisor's own environment
     */
    public static LaunchPlan of(GroupSpec group, List<String> further, Map<String, String> own) {
        List<String> wrapper = Tools.ofThisSystem().wrap(List.of(), false);
        List<String> argv = masked(WorkerCommand.of(group, further));
        Map<String, Variable> environment = new LinkedHashMap<>();
        WorkerEnvironment.of(group.env(), own)
                .forEach((name, value) -> environment.put(name, variable(group, name, value)));
        return new LaunchPlan(wrapper, argv, environment);
    }

    /** The whole command line. */
    public List<String> commandLine() {
        return Stream.concat(wrapper.stream(), argv.stream()).toList();
    }

    static List<String> masked(List<String> words) {
        List<String> masked = new ArrayList<>();
        boolean secret = false;
        for (String word : words) {
            boolean value = secret && !word.startsWith("-");
            masked.add(
                    value ? MASK : Printable.whole(SECRET_ARGUMENT.matcher(word).replaceFirst("$1" + MASK)));
            secret = SECRET_OPTION.matcher(word).matches();
        }
        return masked;
    }

    private static Variable variable(GroupSpec group, String name, String value) {
        String listed = group.env().get(name);
        if (listed == null) {
            return new Variable(Printable.whole(value), true);
        }
        return new Variable(listed.isEmpty() ? "inherited" : "from the configuration", false);
    }
}
