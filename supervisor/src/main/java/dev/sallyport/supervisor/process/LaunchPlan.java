package dev.sallyport.supervisor.process;

import dev.sallyport.supervisor.GroupSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What would be started for a worker of a group, without what may be somebody's secret.
 *
 * @param argv the command line; the values of arguments whose names sound like secrets are masked
 * @param environment by name
 */
public record LaunchPlan(List<String> argv, Map<String, Variable> environment) {

    private static final String MASK = "***";

    private static final String SECRET_NAME = "[^=]*(?:secret|passw|token|credential|key)[^=]*";

    /** {@code -Dpassword=x}, {@code --api-key=x}, {@code API_TOKEN=x}. */
    private static final Pattern SECRET_ARGUMENT = Pattern.compile("(?is)(" + SECRET_NAME + "=).+");

    /** {@code --password}, with the value in the next word. */
    private static final Pattern SECRET_OPTION = Pattern.compile("(?i)-" + SECRET_NAME);

    public LaunchPlan {
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

    /** @param own the supervisor's own environment */
    public static LaunchPlan of(GroupSpec group, Map<String, String> own) {
        List<String> argv = masked(Tools.ofThisSystem().wrap(WorkerCommand.of(group), false));
        Map<String, Variable> environment = new LinkedHashMap<>();
        WorkerEnvironment.of(group.env(), own)
                .forEach((name, value) -> environment.put(name, variable(group, name, value)));
        return new LaunchPlan(argv, environment);
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
