package dev.sallyport.supervisor.config;

import dev.sallyport.transport.RejectReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong and what is doubtful while one file is read. */
final class Problems {

    private final Set<ConfigError> errors = new LinkedHashSet<>();
    private final List<ConfigWarning> warnings = new ArrayList<>();

    void error(RejectReason reason, String path, Position at, String message) {
        error(reason.name(), path, at, message, List.of());
    }

    void error(String code, String path, Position at, String message, List<String> allowed) {
        errors.add(new ConfigError(code, path, at.line(), at.column(), message, allowed));
    }

    void warn(ConfigWarning.Code code, String path, Position at, String message) {
        warnings.add(new ConfigWarning(code, path, at.line(), message));
    }

    List<ConfigError> errors() {
        return errors.stream()
                .sorted(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column))
                .toList();
    }

    List<ConfigWarning> warnings() {
        return warnings.stream()
                .sorted(Comparator.comparingInt(ConfigWarning::line))
                .toList();
    }
}
