package dev.sallyport.supervisor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From {@code max_concurrent_calls} in a file, through the sessions of real workers, to what a caller sees. */
class GroupLimitTest {

    private static final MethodDescriptor<byte[], byte[]> HOLD = MethodDescriptor.ofBytes("gate/hold");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    @BeforeAll
    static void compileRoot() {
        TestRoot.jar(folder, "gate", """
                @Singleton class Gate implements Worker {
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("gate/hold"), (call, name) -> {
                      java.nio.file.Path held = java.nio.file.Path.of(new String(name));
                      java.nio.file.Files.createFile(held);
                      while (java.nio.file.Files.exists(held)) java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                      return name;
                    }).build();
                  }
                }
                """);
    }

    @ParameterizedTest
    @CsvSource({"inline, ", "inline, tcp_local", "process_supervisor, tcp_local"})
    @DisplayName("calls above a group's max_concurrent_calls are OVERLOADED and did not run, in every mode")
    void maxConcurrentCalls_refusesTheNextCall(String mode, String transport) throws IOException {
        try (BootstrapSupervisor supervisor = Supervisors.create(config(mode, transport), SupervisorListener.NONE)) {
            supervisor.startGroups();
            supervisor.waitReady(LIMIT);
            WorkerGroup gate = supervisor.group("gate");
            CompletableFuture<byte[]> first = hold(gate, mode + transport + 1);
            CompletableFuture<byte[]> second = hold(gate, mode + transport + 2);
            await().atMost(LIMIT).until(() -> isHeld(mode + transport + 1) && isHeld(mode + transport + 2));

            CallException refused = refusal(hold(gate, mode + transport + 3));
            assertThat(refused.outcome()).isEqualTo(Outcome.OVERLOADED);
            assertThat(refused.ran()).isFalse();
            assertThat(refused).hasMessageContaining("max_concurrent_calls of group gate");

            release(mode + transport + 1);
            first.join();
            CompletableFuture<byte[]> next = hold(gate, mode + transport + 4);
            await("a place that a call left is free at once").atMost(LIMIT).until(() -> isHeld(mode + transport + 4));
            release(mode + transport + 2);
            release(mode + transport + 4);
            assertThat(CompletableFuture.allOf(second, next)).succeedsWithin(LIMIT);
            assertThat(isHeld(mode + transport + 3)).isFalse();
        }
    }

    private static CompletableFuture<byte[]> hold(WorkerGroup gate, String name) {
        byte[] path = folder.resolve(name).toString().getBytes(StandardCharsets.UTF_8);
        return gate.call(HOLD, path, Deadline.after(LIMIT));
    }

    private static CallException refusal(CompletableFuture<byte[]> call) {
        CompletionException failure = catchThrowableOfType(CompletionException.class, call::join);
        assertThat(failure).hasCauseInstanceOf(CallException.class);
        return (CallException) Objects.requireNonNull(failure.getCause());
    }

    private static boolean isHeld(String name) {
        return Files.exists(folder.resolve(name));
    }

    private static void release(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    /** Two workers share the limit. */
    private static RuntimeConfig config(String mode, String transport) {
        return ModeConfig.of(
                mode,
                transport,
                folder.resolve("gate.jar"),
                "workers: 2",
                "max_concurrent_calls: 2",
                "restart: {policy: temporary}");
    }
}
