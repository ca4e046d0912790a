package dev.sallyport.supervisor.config;

import java.util.List;

/**
 * One mistake in a configuration. It names keys and allowed values, and never repeats a value of the file, since any value
 * may be a misplaced secret.
 *
 * @param code {@code BOOT-CFG-01} to {@code 05} where the contract names one, otherwise an {@code E_CONFIG_*} reason
 * @param path the dotted path of the key; empty for the whole file
 * @param line from 1; 0 when the file could not be read
 * @param column from 1; 0 when the file could not be read
 * @param message what is wrong and what to do
 * @param allowed the values that the key takes, when they can be listed
 */
public record ConfigError(String code, String path, int line, int column, String message, List<String> allowed) {

    public ConfigError {
        allowed = List.copyOf(allowed);
    }

    /** {@code LINE:COLUMN CODE path: message; allowed: a, b}. */
    @Override
    public String toString() {
        String where = line == 0 ? "" : line + ":" + column + " ";
        String key = path.isEmpty() ? "" : path + ": ";
        String choice = allowed.isEmpty() ? "" : "; allowed: " + String.join(", ", allowed);
        return where + code + " " + key + message + choice;
    }
}
