package strain;

import java.util.Arrays;

/**
 * The instants of a period that have a sample. Samples usually have a fixed interval, so there is one bit per
 * instant of the grid of the first sample. The bits are dropped once all of them are set. Instants that are
 * not on the grid are stored one by one.
 */
public class Seen {
    /** First instant of the grid, in milliseconds from the start of the period; less than the interval. */
    public int phase;
    /** Number of seen instants on the grid. */
    public int count;
    /** One bit per instant of the grid; null before the first sample, and if all were seen. */
    public byte[] grid;
    /** Other instants, sorted, in milliseconds from the start of the period; null if there are none. */
    public int[] others;

    /**
     * Adds an instant. Returns false if it was already there.
     *
     * @param at milliseconds from the start of the period
     * @param interval milliseconds between samples
     * @param period length of the period, in milliseconds
     */
    boolean add(int at, int interval, int period) {
        if (count == 0) phase = at % interval;
        return at % interval == phase ? addToGrid(at / interval, (period - phase + interval - 1) / interval) : addOther(at);
    }

    private boolean addToGrid(int index, int size) {
        if (count == size) return false;
        if (grid == null) grid = new byte[(size + 7) / 8];
        int bit = 1 << (index & 7);
        if ((grid[index >> 3] & bit) != 0) return false;
        grid[index >> 3] |= (byte) bit;
        count++;
        if (count == size) grid = null;
        return true;
    }

    private boolean addOther(int at) {
        int[] before = others == null ? new int[0] : others;
        int found = Arrays.binarySearch(before, at);
        if (found >= 0) return false;
        int index = -found - 1;
        others = new int[before.length + 1];
        System.arraycopy(before, 0, others, 0, index);
        others[index] = at;
        System.arraycopy(before, index, others, index + 1, before.length - index);
        return true;
    }
}
