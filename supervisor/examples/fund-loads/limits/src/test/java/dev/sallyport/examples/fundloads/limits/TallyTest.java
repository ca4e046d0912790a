package dev.sallyport.examples.fundloads.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void agreesWithAMapInAnyOrderOfPeriods() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Tally tally = new Tally();
        Map<Integer, Long> cents = new HashMap<>();
        Map<Integer, Integer> loads = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            int period = random.nextInt(400) - 200;
            int slot = tally.slot(period);
            assertThat(tally.cents(slot)).as("seed %d", seed).isEqualTo(cents.getOrDefault(period, 0L));
            assertThat(tally.loads(slot)).as("seed %d", seed).isEqualTo(loads.getOrDefault(period, 0));
            tally.add(slot, i);
            cents.merge(period, (long) i, Long::sum);
            loads.merge(period, 1, Integer::sum);
        }
    }
}
