package strain;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** The results of the functions, computed from all instants at once. */
final class Naive {
    private Naive() {}

    /** End of each gap by its start. */
    static TreeMap<Long, Long> gaps(TreeSet<Long> instants, long interval) {
        TreeMap<Long, Long> gaps = new TreeMap<>();
        Long before = null;
        for (long instant : instants) {
            if (before != null && instant - before > 2 * interval) gaps.put(before, instant);
            before = instant;
        }
        return gaps;
    }

    /** {@code first, last, first, last, …}. */
    static List<Long> runs(TreeSet<Long> instants, long interval) {
        if (instants.isEmpty()) return List.of();
        List<Long> bounds = new ArrayList<>(List.of(instants.first()));
        gaps(instants, interval).forEach((start, end) -> bounds.addAll(List.of(start, end)));
        bounds.add(instants.last());
        return bounds;
    }
}
