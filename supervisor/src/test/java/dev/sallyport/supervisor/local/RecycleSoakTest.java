package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Workers that are replaced all the time under calls that never pause: {@code -Dsoak.seconds=60}. */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
class RecycleSoakTest {

    private static final long SECONDS = Long.getLong("soak.seconds", 60);
    private static final int CALLERS = 4;
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void noCallNoticesThatItsWorkerIsReplaced() {
        GroupSpec group = Rig.odd("a", 2, "good", RestartPolicy.DEFAULT).toBuilder()
                .recycle(new GroupSpec.Recycle(2_000, 3, 0))
                .build();
        Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
        try (Rig rig = new Rig(LONG, group)) {
            rig.up();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            CompletableFuture.allOf(IntStream.range(0, CALLERS)
                            .mapToObj(caller -> CompletableFuture.runAsync(() -> {
                                while (System.nanoTime() - end < 0) {
                                    outcomes.computeIfAbsent(call(rig), key -> new LongAdder())
                                            .increment();
                                }
                            }))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            long replaced = rig.told("replaced").count();
            System.out.printf("%d replacements in %d s; calls: %s%n", replaced, SECONDS, new TreeMap<>(outcomes));
            assertThat(replaced).isPositive();
            assertThat(rig.told("lost")).isEmpty();
            assertThat(outcomes).containsOnlyKeys("OK");
        }
    }

    private static String call(Rig rig) {
        return rig.supervisor
                .group("a")
                .call(MethodDescriptor.ofBytes("odd/echo"), new byte[1], Deadline.after(LONG))
                .handle((answer, failure) -> failure == null
                        ? "OK"
                        : failure instanceof CallException e ? e.outcome().name() : failure.toString())
                .join();
    }
}
