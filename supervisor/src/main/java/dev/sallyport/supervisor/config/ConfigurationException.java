package dev.sallyport.supervisor.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Every mistake of one configuration. It is the cause of the {@code SupervisorException} of category {@code CONFIGURATION}
 * that the loader throws.
 */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigError> errors;

    ConfigurationException(List<ConfigError> errors) {
        super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    /** In the order of the file. */
    public List<ConfigError> errors() {
        return errors;
    }
}
