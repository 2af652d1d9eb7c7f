package strain;

import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a property for many random cases. A failure reports its seed: {@code mvn … -Dseed=N} runs only that
 * case.
 */
final class Seeded {
    private static final int CASES = 300;

    private Seeded() {}

    static void forAll(Consumer<Random> property) {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        for (long seed = first; seed < first + (given == null ? CASES : 1); seed++) {
            try {
                property.accept(new Random(seed));
            } catch (RuntimeException | AssertionError error) {
                throw new AssertionError("seed " + seed + ": " + error.getMessage(), error);
            }
        }
    }
}
