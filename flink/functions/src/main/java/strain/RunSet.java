package strain;

import java.util.Arrays;

/**
 * A set of runs as a sorted array {@code first, last, first, last, …}, in milliseconds. A run is a series of
 * instants that are at most a reach apart. Two runs are more than a reach apart. Arrays are never changed in
 * place.
 */
final class RunSet {
    static final long[] EMPTY = {};

    private RunSet() {}

    /** How far apart two instants of one run may be: twice the interval between samples. */
    static long reach(long interval) {
        return 2 * interval;
    }

    /** Adds a run and joins it with the runs in its reach. Returns the same array if nothing changes. */
    static long[] add(long[] runs, long first, long last, long reach) {
        int from = runs.length;
        while (from > 0 && runs[from - 1] + reach >= first) from -= 2;
        int to = from;
        while (to < runs.length && runs[to] <= last + reach) to += 2;
        // It touches the runs between `from` and `to`.
        long newFirst = from < to ? Math.min(first, runs[from]) : first;
        long newLast = from < to ? Math.max(last, runs[to - 1]) : last;
        if (to - from == 2 && newFirst == runs[from] && newLast == runs[from + 1]) return runs;
        long[] result = Arrays.copyOf(runs, runs.length - (to - from) + 2);
        result[from] = newFirst;
        result[from + 1] = newLast;
        System.arraycopy(runs, to, result, from + 2, runs.length - to);
        return result;
    }
}
