package strain;

import java.util.Arrays;

/**
 * A set of runs as an array {@code first, last, first, last, …}, in milliseconds. A run stands for instants that follow one another
 * within a reach; between two runs is more than that. Sorted; nothing is changed in place.
 */
final class RunSet {
    static final long[] EMPTY = {};

    private RunSet() {}

    /** How far apart two instants of one run may be, for samples that come at an interval: twice that. */
    static long reach(long interval) {
        return 2 * interval;
    }

    /** The set with a run added, joined with those in its reach; the same array when that changes nothing. */
    static long[] add(long[] runs, long first, long last, long reach) {
        int from = runs.length;
        while (from > 0 && runs[from - 1] + reach >= first) from -= 2;
        int to = from;
        while (to < runs.length && runs[to] <= last + reach) to += 2;
        // From `from` up to `to` are those that it touches.
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
