package strain;

import java.util.Arrays;

/**
 * Which instants of a period there was a sample at. Samples come at a steady interval, so there is a bit for each instant of the
 * grid on which the first one lies; when all of them are set they are dropped. Instants beside the grid are kept each by itself.
 */
public class Seen {
    /** Where the grid begins, in milliseconds from the period's start; less than the interval. */
    public int phase;
    /** Instants of the grid that were seen. */
    public int count;
    /** A bit for each instant of the grid; null before the first one, and when all were seen. */
    public byte[] grid;
    /** Other instants, in milliseconds from the period's start, sorted; null when there are none. */
    public int[] others;

    /**
     * Adds an instant; false when it was there before.
     *
     * @param at milliseconds from the period's start
     * @param interval milliseconds between samples
     * @param period length of the period, in milliseconds
     */
    boolean add(int at, int interval, int period) {
        if (count == 0) phase = at % interval;
        return at % interval == phase ? addToGrid(at / interval, (period - phase + interval - 1) / interval) : addOther(at);
    }

    private boolean addToGrid(int slot, int slots) {
        if (count == slots) return false;
        if (grid == null) grid = new byte[(slots + 7) / 8];
        int bit = 1 << (slot & 7);
        if ((grid[slot >> 3] & bit) != 0) return false;
        grid[slot >> 3] |= (byte) bit;
        count++;
        if (count == slots) grid = null;
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
