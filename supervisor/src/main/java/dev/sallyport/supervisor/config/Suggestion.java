package dev.sallyport.supervisor.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the word that was probably meant. */
final class Suggestion {

    private Suggestion() {}

    /** {@code ""}, or {@code "; did you mean WORD?"} when one word is close enough. */
    static String of(String given, Collection<String> words) {
        String best = closest(given, words);
        return best == null ? "" : "; did you mean " + best + "?";
    }

    private static @Nullable String closest(String given, Collection<String> words) {
        String best = null;
        int least = given.length() < 4 ? 2 : given.length() < 10 ? 3 : 4;
        for (String word : words) {
            int distance = distance(given, word, least);
            if (distance < least) {
                least = distance;
                best = word;
            }
        }
        return best;
    }

    /** Edits from one to the other, or {@code limit} when the lengths alone need that many. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitute, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
