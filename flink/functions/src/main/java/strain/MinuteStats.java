package strain;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code MINUTE_STATS(time, value, interval)}: count, extremes, mean, first and last of one channel's samples of one minute, whatever
 * their order. A sample is known by its instant: one that comes again does not count again, and the first that came stays. A null is
 * no sample. {@code interval} is the time between samples, in milliseconds.
 */
@FunctionHint(
        output =
                @DataTypeHint(
                        value = "ROW<n INT, `min` INT, `max` INT, mean DOUBLE, `first` INT, `last` INT>",
                        bridgedTo = RowData.class))
public class MinuteStats extends AggregateFunction<RowData, MinuteStats.Accumulator> {
    private static final long serialVersionUID = 1L;

    private static final int MINUTE = 60_000;

    /** All that is kept of a minute: less than 100 bytes when it is complete, and a bit for each of its instants until then. */
    public static class Accumulator {
        public int n;
        public long sum;
        public int min;
        public int max;
        /** Millisecond of the minute of the earliest sample, and its value. */
        public int firstAt;
        public int first;
        /** The same of the latest. */
        public int lastAt;
        public int last;
        public Seen seen = new Seen();
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    /** Takes in a sample. */
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
