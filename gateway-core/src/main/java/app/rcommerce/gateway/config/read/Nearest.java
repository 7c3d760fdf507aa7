package app.rcommerce.gateway.config.read;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the known word that a mistyped word was probably meant to be. */
public final class Nearest {

    private Nearest() {}

    /** The text of what was expected: one of the words, and which of them was probably meant. */
    public static String expected(String typed, Collection<String> words) {
        if (words.isEmpty()) {
            return "nothing, since none is defined";
        }
        if (words.size() == 1) {
            return "\"" + words.iterator().next() + "\"";
        }
        String meant = of(typed, words);
        return meant == null ? listed(words) : listed(words) + "; did you mean \"" + meant + "\"?";
    }

    /** The text of what was expected: one of the words. */
    static String listed(Collection<String> words) {
        return "one of " + String.join(", ", words);
    }

    /** The word at the smallest edit distance, unless more than a third of it differs. */
    static @Nullable String of(String typed, Collection<String> words) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String word : words) {
            int longest = Math.max(typed.length(), word.length());
            if (longest > 64) {
                continue;
            }
            int distance = distance(typed, word);
            if (distance < least && distance < longest && distance <= Math.max(1, longest / 3)) {
                least = distance;
                best = word;
            }
        }
        return best;
    }

    /**
     * The edit distance of two words: insertions, deletions, replacements and swaps of neighbours (optimal string
     * alignment).
     */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int same = lower(a, i) == lower(b, j) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && lower(a, i) == lower(b, j - 1) && lower(a, i - 1) == lower(b, j)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }

    private static char lower(String text, int position) {
        return Character.toLowerCase(text.charAt(position - 1));
    }
}
