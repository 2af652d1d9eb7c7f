package strain;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.functions.ChangelogFunction;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * {@code GAPS(input => TABLE … PARTITION BY (…))}: the gaps between the runs of a partition, in any order of
 * the input. The input has the columns {@code runs} (from {@link Runs}) and {@code sample_interval}
 * (milliseconds, one value per partition). Instants are only added to the input, so only the new row of an
 * update matters. A late run shortens, splits or closes a gap, so the output is a changelog of gaps.
 *
 * <p>State: the runs. There is one more run than there are gaps. The run that was extended last is stored
 * separately, with the bounds of its neighbours. While the input continues at the same place, no other state
 * is read or written.
 */
@DataTypeHint("ROW<gap_start TIMESTAMP(3) NOT NULL, gap_end TIMESTAMP(3) NOT NULL, missing BIGINT NOT NULL>")
public class Gaps extends ProcessTableFunction<Row> implements ChangelogFunction {
    private static final long serialVersionUID = 1L;

    /** State is kept as long as the job runs. */
    private static final String FOR_EVER = "0 s";

    /** The run that was extended last. */
    public static class Current {
        /** False before the first run. */
        public boolean present;
        public long first;
        public long last;
        /** Last instant of the previous run; {@code Long.MIN_VALUE} if there is none. */
        public long before = Long.MIN_VALUE;
        /** First instant of the next run; {@code Long.MAX_VALUE} if there is none. */
        public long after = Long.MAX_VALUE;
    }

    /**
     * Adds the runs of a row.
     *
     * @param others last instant of each other run by its first instant
     */
    public void eval(
            @StateHint(ttl = FOR_EVER) Current current,
            @StateHint(ttl = FOR_EVER) MapView<Long, Long> others,
            @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.SUPPORT_UPDATES}) Row input)
            throws Exception {
        if (input.getKind() == RowKind.UPDATE_BEFORE || input.getKind() == RowKind.DELETE) return;
        Long[] runs = input.getFieldAs("runs");
        int interval = input.<Integer>getFieldAs("sample_interval");
        for (int i = 0; i < runs.length; i += 2) add(current, others, runs[i], runs[i + 1], interval);
    }

    @Override
    public ChangelogMode getChangelogMode(ChangelogContext context) {
        return ChangelogMode.all();
    }

    private void add(Current current, MapView<Long, Long> others, long first, long last, int interval) throws Exception {
        if (!current.present) {
            current.present = true;
            current.first = first;
            current.last = last;
            return;
        }
        long reach = RunSet.reach(interval);
        if (first >= current.first && last <= current.last) return;
        boolean touchesCurrent = first <= current.last + reach && last >= current.first - reach;
        if (touchesCurrent && isFarFromOthers(current, first, last, reach)) {
            List<long[]> old = List.of(new long[] {current.first, current.last});
            current.first = Math.min(current.first, first);
            current.last = Math.max(current.last, last);
            emitChanges(old, current, interval);
        } else if (first > current.last + reach && current.after == Long.MAX_VALUE) {
            others.put(current.first, current.last);
            current.before = current.last;
            current.first = first;
            current.last = last;
            emitChanges(List.of(), current, interval);
        } else {
            addAnywhere(current, others, first, last, interval);
        }
    }

    private static boolean isFarFromOthers(Current current, long first, long last, long reach) {
        boolean farBefore = current.before == Long.MIN_VALUE || first > current.before + reach;
        boolean farAfter = current.after == Long.MAX_VALUE || last < current.after - reach;
        return farBefore && farAfter;
    }

    /** Searches all runs. This happens once when the input jumps to another place. */
    private void addAnywhere(Current current, MapView<Long, Long> others, long first, long last, int interval)
            throws Exception {
        TreeMap<Long, Long> runs = new TreeMap<>();
        for (Map.Entry<Long, Long> run : others.entries()) runs.put(run.getKey(), run.getValue());
        others.put(current.first, current.last);
        runs.put(current.first, current.last);

        long reach = RunSet.reach(interval);
        List<long[]> touched = new ArrayList<>();
        long before = Long.MIN_VALUE;
        long after = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> run : runs.entrySet()) {
            if (run.getValue() + reach < first) before = run.getValue();
            else if (run.getKey() <= last + reach) touched.add(new long[] {run.getKey(), run.getValue()});
            else {
                after = run.getKey();
                break;
            }
        }
        current.first = first;
        current.last = last;
        for (long[] run : touched) {
            current.first = Math.min(current.first, run[0]);
            current.last = Math.max(current.last, run[1]);
            others.remove(run[0]);
        }
        current.before = before;
        current.after = after;
        emitChanges(touched, current, interval);
    }

    /**
     * Emits the changes of the gaps between the neighbours of {@code current}, which replaces the runs {@code
     * old}.
     */
    private void emitChanges(List<long[]> old, Current current, int interval) {
        TreeMap<Long, Long> oldGaps = gapsBetween(current.before, old, current.after);
        List<long[]> now = List.of(new long[] {current.first, current.last});
        TreeMap<Long, Long> newGaps = gapsBetween(current.before, now, current.after);
        for (Map.Entry<Long, Long> gap : oldGaps.entrySet()) {
            Long end = newGaps.get(gap.getKey());
            if (end == null) collect(gap(RowKind.DELETE, gap.getKey(), gap.getValue(), interval));
            else if (!end.equals(gap.getValue())) collect(gap(RowKind.UPDATE_BEFORE, gap.getKey(), gap.getValue(), interval));
        }
        for (Map.Entry<Long, Long> gap : newGaps.entrySet()) {
            Long end = oldGaps.get(gap.getKey());
            if (end == null) collect(gap(RowKind.INSERT, gap.getKey(), gap.getValue(), interval));
            else if (!end.equals(gap.getValue())) collect(gap(RowKind.UPDATE_AFTER, gap.getKey(), gap.getValue(), interval));
        }
    }

    /** End of each gap by its start. */
    private static TreeMap<Long, Long> gapsBetween(long before, List<long[]> runs, long after) {
        TreeMap<Long, Long> gaps = new TreeMap<>();
        long start = before;
        for (long[] run : runs) {
            if (start != Long.MIN_VALUE) gaps.put(start, run[0]);
            start = run[1];
        }
        if (start != Long.MIN_VALUE && after != Long.MAX_VALUE) gaps.put(start, after);
        return gaps;
    }

    /** {@code missing} is the number of instants between the two, at this interval. */
    private static Row gap(RowKind kind, long start, long end, int interval) {
        return Row.ofKind(kind, instant(start), instant(end), (end - start - 1) / interval);
    }

    private static LocalDateTime instant(long millis) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(millis, 1000L), Math.floorMod(millis, 1000) * 1_000_000, ZoneOffset.UTC);
    }
}
