package dev.sallyport.examples.fundloads.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsedIdsTest {

    @Test
    void agreesWithASetOfTexts() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        UsedIds ids = new UsedIds();
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String id = id(random);
            assertThat(ids.add(id)).as("id %s, seed %d", id, seed).isEqualTo(expected.add(id));
        }
    }

    @Test
    void textsThatAreTheSameNumberAreDifferentIds() {
        UsedIds ids = new UsedIds();
        for (String id : new String[] {
            "0",
            "00",
            "7",
            "07",
            "-7",
            "_7",
            "7-",
            "a",
            "A",
            "999999999999999999",
            "0999999999999999999",
            "1000000000000000000",
            "9223372036854775807",
            "18446744073709551616",
            "18446744073709551623"
        }) {
            assertThat(ids.add(id)).as(id).isTrue();
            assertThat(ids.add(id)).as(id).isFalse();
        }
    }

    private static String id(Random random) {
        long number = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(8000);
        return (random.nextInt(9) == 0 ? "0" : "") + number;
    }
}
