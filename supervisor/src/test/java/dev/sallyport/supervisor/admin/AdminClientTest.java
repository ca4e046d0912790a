package dev.sallyport.supervisor.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.proto.admin.v1.StatusRequest;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.supervisor.process.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Supervisors that a command finds and that do not answer. */
class AdminClientTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void aStoppedSupervisorIsToldAtOnceWithWhatContinuesIt(@TempDir Path folder) throws Exception {
        Process supervisor = new ProcessBuilder("sleep", "600").start();
        try {
            new ProcessBuilder("kill", "-STOP", Long.toString(supervisor.pid()))
                    .start()
                    .waitFor();
            await().until(() -> Running.isStopped(supervisor.pid()));
            RunFile file = RunFile.of(folder, folder.resolve("service.yml"), supervisor.pid());
            Files.createFile(file.path());
            try (AdminClient client = new AdminClient(file)) {
                AdminException refused = catchThrowableOfType(
                        AdminException.class,
                        () -> client.ask(AdminMethods.STATUS, StatusRequest.getDefaultInstance()));
                assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
                assertThat(refused)
                        .hasMessageContaining("kill -CONT " + supervisor.pid())
                        .hasNoCause();
            }
        } finally {
            supervisor.destroyForcibly();
        }
    }
}
