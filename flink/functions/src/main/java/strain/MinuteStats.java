package strain;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code MINUTE_STATS(time, value, interval)}: count, minimum, maximum, mean, first and last sample of one
 * channel in one minute, in any order of the input. A sample is identified by its instant: only the first
 * delivery of an instant counts. A null is not a sample. {@code interval} is the time between samples in
 * milliseconds.
 */
@FunctionHint(
        output =
                @DataTypeHint(
                        value = "ROW<n INT, `min` INT, `max` INT, mean DOUBLE, `first` INT, `last` INT>",
                        bridgedTo = RowData.class))
public class MinuteStats extends AggregateFunction<RowData, MinuteStats.Accumulator> {
    private static final long serialVersionUID = 1L;

    private static final int MINUTE = 60_000;

    /** State of a minute: less than 100 bytes if it is complete, otherwise one more bit per instant. */
    public static class Accumulator {
        public int n;
        public long sum;
        public int min;
        public int max;
        /** Milliseconds from the start of the minute to the earliest sample, and its value. */
        public int firstAt;
        public int first;
        /** The same for the latest sample. */
        public int lastAt;
        public int last;
        public Seen seen = new Seen();
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    /** Adds a sample. */
    public void accumulate(
            Accumulator minute,
            @DataTypeHint(value = "TIMESTAMP(3)", bridgedTo = TimestampData.class) TimestampData time,
            Integer value,
            Integer interval) {
        if (time == null || value == null) return;
        int at = (int) Math.floorMod(time.getMillisecond(), (long) MINUTE);
        if (!minute.seen.add(at, interval, MINUTE)) return;
        boolean isFirst = minute.n == 0;
        if (isFirst || value < minute.min) minute.min = value;
        if (isFirst || value > minute.max) minute.max = value;
        if (isFirst || at < minute.firstAt) {
            minute.firstAt = at;
            minute.first = value;
        }
        if (isFirst || at > minute.lastAt) {
            minute.lastAt = at;
            minute.last = value;
        }
        minute.n++;
        minute.sum += value;
    }

    @Override
    public RowData getValue(Accumulator minute) {
        if (minute.n == 0) return null;
        double mean = (double) minute.sum / minute.n;
        return GenericRowData.of(minute.n, minute.min, minute.max, mean, minute.first, minute.last);
    }
}
