package dev.sallyport.supervisor.launch;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import java.io.File;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file's configuration of one group in any mode, so that a test also goes through what a setting is called. */
final class ModeConfig {

    private ModeConfig() {}

    /**
     * A group with the name of its one discovery root, behind the class path of the test; no class archives.
     *
     * @param transport null: calls stay in memory
     * @param settings of the group, {@code key: value}
     */
    static RuntimeConfig of(String mode, @Nullable String transport, Path root, String... settings) {
        String jar = root.getFileName().toString();
        String classPath = System.getProperty("java.class.path") + File.pathSeparator + root;
        String yaml = """
                runtime:
                  platform:
                    bootstrap: {mode: %s}
                    class_archive: {enabled: false}
                    lifecycle: {ready_timeout_seconds: 60}
                    process_groups:
                      - name: %s
                        class_path: ["%s"]
                        discovery_roots: [%s]
                        jvm_args: ["-Xmx64m", "-XX:TieredStopAtLevel=1", "-Dslf4j.provider=dev.sallyport.supervisor.worker.WorkerLog"]
                        %s
                """.formatted(
                        mode,
                        jar.substring(0, jar.length() - ".jar".length()),
                        String.join("\", \"", classPath.split(Pattern.quote(File.pathSeparator), 0)),
                        jar,
                        String.join("\n        ", settings));
        String ipc = transport == null ? "" : "    execution_ipc: {transport: " + transport + "}\n";
        return RuntimeConfigLoader.parse(yaml + ipc, root.resolveSibling("")).config();
    }
}
