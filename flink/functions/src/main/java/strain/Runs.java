package strain;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code RUNS(time, interval)}: instants as runs, {@code first, last, first, last, …}, in milliseconds since
 * 1970 UTC. Instants that are at most twice the interval apart (in milliseconds) belong to one run. It
 * reduces many rows to a few values before they are sent to {@link Gaps}. It can be merged, so Flink does
 * this in the tasks that read the rows.
 */
@FunctionHint(output = @DataTypeHint(value = "ARRAY<BIGINT NOT NULL>", bridgedTo = ArrayData.class))
public class Runs extends AggregateFunction<ArrayData, Runs.Accumulator> {
    private static final long serialVersionUID = 1L;

    /** The runs so far. */
    public static class Accumulator {
        public long[] runs = RunSet.EMPTY;
        /** Milliseconds; 0 before the first instant. */
        public long reach;
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    /** Adds an instant. */
    public void accumulate(
            Accumulator to,
            @DataTypeHint(value = "TIMESTAMP(3)", bridgedTo = TimestampData.class) TimestampData time,
            Integer interval) {
        if (time == null) return;
        to.reach = RunSet.reach(interval);
        to.runs = RunSet.add(to.runs, time.getMillisecond(), time.getMillisecond(), to.reach);
    }

    /** Adds the runs of other accumulators. */
    public void merge(Accumulator to, Iterable<Accumulator> others) {
        for (Accumulator other : others) {
            to.reach = Math.max(to.reach, other.reach);
            for (int i = 0; i < other.runs.length; i += 2) {
                to.runs = RunSet.add(to.runs, other.runs[i], other.runs[i + 1], to.reach);
            }
        }
    }

    @Override
    public ArrayData getValue(Accumulator from) {
        return new GenericArrayData(from.runs);
    }
}
