package strain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GapsTest {
    private static final int INTERVAL = 50;

    /** The changelog as it came, and the gaps that it gives. */
    private final List<Row> told = new ArrayList<>();
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    private Gaps function;
    private Gaps.Current current;
    private CountingMap others;

    @BeforeEach
    void begin() {
        told.clear();
        gaps.clear();
        function = new Gaps();
        current = new Gaps.Current();
        others = new CountingMap();
        function.setCollector(new Collector<>() {
            @Override
            public void collect(Row row) {
                told.add(row);
                apply(row);
            }

            @Override
            public void close() {}
        });
    }

    @Test
    void twiceTheIntervalIsNoGapAndMoreIsOne() {
        give(0, 0);
        give(100, 100);
        assertTrue(gaps.isEmpty());
        give(201, 300);
        assertEquals(Map.of(100L, 201L), gaps);
        assertEquals(2L, told.get(0).getField(2));
    }

    @Test
    void missingAreTheInstantsBetweenTheTwo() {
        give(0, 0);
        give(200, 200);
        assertEquals(3L, told.get(0).getField(2));
    }

    @Test
    void aLateRunMakesAGapShorterSplitsItAndClosesIt() {
        give(0, 0);
        give(1000, 1000);
        give(1, 100);
        assertEquals(Map.of(100L, 1000L), gaps);
        give(500, 500);
        assertEquals(Map.of(100L, 500L, 500L, 1000L), gaps);
        give(600, 1000);
        assertEquals(Map.of(100L, 500L), gaps);
        give(200, 400);
        assertTrue(gaps.isEmpty());
    }

    @Test
    void whatAnUpdateTakesBackIsNotTakenBack() {
        give(0, 0);
        function(row(RowKind.UPDATE_BEFORE, 0, 0));
        function(row(RowKind.UPDATE_AFTER, 0, 1000));
        function(row(RowKind.DELETE, 0, 1000));
        give(1050, 1050);
        assertTrue(told.isEmpty());
    }

    @Test
    void inputThatGoesOnWhereItWasLooksAtNoOtherRun() {
        for (long at = 0; at < 10_000; at += 500) give(at, at + 100);
        assertEquals(0, others.lookedThrough);
        for (long at = -9_000; at < -1_000; at += 50) give(at, at);
        assertEquals(1, others.lookedThrough);
    }

    @Test
    void anyOrderGivesTheGapsOfAllInstants() {
        Seeded.forAll(random -> {
            begin();
            int interval = random.nextBoolean() ? INTERVAL : 1000;
            TreeSet<Long> instants = new TreeSet<>();
            List<Long> order = new ArrayList<>();
            for (int i = random.nextInt(120); i > 0; i--) {
                long at = (random.nextInt(400) - 200) * (long) interval + random.nextInt(2);
                instants.add(at);
                order.add(at);
            }
            if (random.nextBoolean()) Collections.sort(order);
            while (!order.isEmpty()) {
                // Some at once, as a row of a mini-batch has them.
                List<Long> next = order.subList(0, Math.min(order.size(), 1 + random.nextInt(9)));
                List<Long> runs = Naive.runs(new TreeSet<>(next), interval);
                next.clear();
                function(row(random.nextBoolean() ? RowKind.INSERT : RowKind.UPDATE_AFTER, runs, interval));
            }
            assertEquals(Naive.gaps(instants, interval), gaps);
        });
    }

    private void give(long first, long last) {
        function(row(RowKind.INSERT, first, last));
    }

    private void function(Row row) {
        try {
            function.eval(current, others, row);
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    private static Row row(RowKind kind, long first, long last) {
        return row(kind, List.of(first, last), INTERVAL);
    }

    private static Row row(RowKind kind, List<Long> runs, int interval) {
        Row row = Row.withNames(kind);
        row.setField("runs", runs.toArray(new Long[0]));
        row.setField("sample_interval", interval);
        return row;
    }

    /** A changelog that says what cannot be fails. */
    private void apply(Row row) {
        long start = millis(row.getField(0));
        long end = millis(row.getField(1));
        switch (row.getKind()) {
            case INSERT -> assertNull(gaps.put(start, end), "an insert of a gap that is there");
            case UPDATE_AFTER -> assertNull(gaps.put(start, end), "an update without its update before");
            default -> assertEquals(Long.valueOf(end), gaps.remove(start), "a removal of a gap that is not there");
        }
    }

    private static long millis(Object instant) {
        return ((LocalDateTime) instant).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** A map that counts how often it was looked through. */
    private static final class CountingMap extends MapView<Long, Long> {
        int lookedThrough;

        @Override
        public Iterable<Map.Entry<Long, Long>> entries() throws Exception {
            lookedThrough++;
            return super.entries();
        }
    }
}
