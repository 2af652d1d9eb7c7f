package strain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class MinuteStatsTest {
    private static final long MINUTE_OF_2021 = 1_625_097_600_000L;
    private static final long MINUTE_BEFORE_1970 = -120_000L;

    private final MinuteStats stats = new MinuteStats();

    @Test
    void aMinuteWithoutSamplesHasNoValue() {
        MinuteStats.Accumulator minute = stats.createAccumulator();
        add(minute, 0, null, 1000);
        assertNull(stats.getValue(minute));
    }

    @Test
    void theFirstDeliveryOfAnInstantCounts() {
        MinuteStats.Accumulator minute = stats.createAccumulator();
        add(minute, 5000, 7, 1000);
        add(minute, 5000, 100, 1000);
        assertEquals(GenericRowData.of(1, 7, 7, 7.0, 7, 7), stats.getValue(minute));
    }

    @Test
    void theSumOfTheLargestValuesFits() {
        MinuteStats.Accumulator minute = stats.createAccumulator();
        for (int at = 0; at < 60_000; at += 50) add(minute, at, Integer.MAX_VALUE, 50);
        int max = Integer.MAX_VALUE;
        assertEquals(GenericRowData.of(1200, max, max, (double) max, max, max), stats.getValue(minute));
    }

    @Test
    void aCompleteMinuteStoresNoInstantsAndStillKnowsThemAll() {
        for (int phase : new int[] {0, 13}) {
            MinuteStats.Accumulator minute = stats.createAccumulator();
            for (int at = phase; at < 60_000; at += 50) {
                assertEquals(at == phase, minute.seen.grid == null, "at " + at);
                add(minute, at, 1, 50);
            }
            assertNull(minute.seen.grid);
            RowData before = stats.getValue(minute);
            for (int at = phase; at < 60_000; at += 50) add(minute, at, 2, 50);
            assertEquals(before, stats.getValue(minute));
            add(minute, 49 - phase, 9, 50);
            assertEquals(1201, minute.n);
        }
    }

    @Test
    void anyOrderWithRepeatsResultsInTheStatisticsOfTheDistinctInstants() {
        Seeded.forAll(random -> {
            int interval = random.nextBoolean() ? 50 : 1000;
            int offset = random.nextInt(3) == 0 ? random.nextInt(interval) : 0;
            TreeMap<Integer, Integer> samples = new TreeMap<>();
            for (int i = 0; i < 60_000 / interval; i++) {
                if (random.nextInt(10) > 0) samples.put(i * interval + offset, random.nextInt());
            }
            // Some that are not on the grid.
            for (int i = random.nextInt(5); i > 0; i--) samples.put(random.nextInt(60_000), random.nextInt());
            List<Integer> order = new ArrayList<>(samples.keySet());
            for (int i = random.nextInt(200); i > 0; i--) order.add(order.get(random.nextInt(order.size())));
            Collections.shuffle(order, random);

            MinuteStats.Accumulator minute = stats.createAccumulator();
            long start = random.nextBoolean() ? MINUTE_OF_2021 : MINUTE_BEFORE_1970;
            for (int at : order) {
                stats.accumulate(minute, TimestampData.fromEpochMillis(start + at), samples.get(at), interval);
            }
            long sum = samples.values().stream().mapToLong(Integer::longValue).sum();
            assertEquals(
                    GenericRowData.of(
                            samples.size(),
                            Collections.min(samples.values()),
                            Collections.max(samples.values()),
                            (double) sum / samples.size(),
                            samples.firstEntry().getValue(),
                            samples.lastEntry().getValue()),
                    stats.getValue(minute));
        });
    }

    private void add(MinuteStats.Accumulator minute, int at, Integer value, int interval) {
        stats.accumulate(minute, TimestampData.fromEpochMillis(MINUTE_OF_2021 + at), value, interval);
    }
}
