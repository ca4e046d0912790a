package dev.sallyport.transport.dispatch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.transport.GoldenFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a CALLS payload, against the generated protobuf classes. */
class CallsFuzzTest {

    private static final int FROM_WORKER = 1;
    private static final long SEED_OF_SEEDS = 1;
    private static final int LENGTH_MAX = 1 << 16;

    private static final CallsAgreement OF_SUPERVISOR = CallsAgreement.ofSupervisor();
    private static final CallsAgreement OF_WORKER = CallsAgreement.ofWorker();

    static Stream<byte[]> seeds() {
        RandomCalls random = new RandomCalls(SEED_OF_SEEDS);
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            seeds.add(GoldenFrames.behind(random.sensible().toByteArray(), 0));
            seeds.add(GoldenFrames.behind(random.odd(), i & 1));
        }
        return seeds.stream();
    }

    /** @param data who sends, then the payload */
    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAsCalls(byte[] data) {
        if (data.length == 0 || data.length > LENGTH_MAX - 2) {
            return;
        }
        CallsAgreement agreement = (data[0] & FROM_WORKER) == 0 ? OF_SUPERVISOR : OF_WORKER;
        agreement.check(Arrays.copyOfRange(data, 1, data.length), "fuzzed");
    }
}
