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

    /** The changelog, and the gaps that result from it. */
    private final List<Row> changes = new ArrayList<>();
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    private Gaps function;
    private Gaps.Current current;
    private CountingMap others;

    @BeforeEach
    void begin() {
        changes.clear();
        gaps.clear();
        function = new Gaps();
        current = new Gaps.Current();
        others = new CountingMap();
        function.setCollector(new Collector<>() {
            @Override
            public void collect(Row row) {
                changes.add(row);
                apply(row);
            }

            @Override
            public void close() {}
        });
    }

    @Test
    void twiceTheIntervalIsNotAGapButMoreIs() {
        add(0, 0);
        add(100, 100);
        assertTrue(gaps.isEmpty());
        add(201, 300);
        assertEquals(Map.of(100L, 201L), gaps);
        assertEquals(2L, changes.get(0).getField(2));
    }

    @Test
    void missingCountsTheInstantsBetweenTheTwo() {
        add(0, 0);
        add(200, 200);
        assertEquals(3L, changes.get(0).getField(2));
    }

    @Test
    void aLateRunShortensSplitsAndClosesAGap() {
        add(0, 0);
        add(1000, 1000);
        add(1, 100);
        assertEquals(Map.of(100L, 1000L), gaps);
        add(500, 500);
        assertEquals(Map.of(100L, 500L, 500L, 1000L), gaps);
        add(600, 1000);
        assertEquals(Map.of(100L, 500L), gaps);
        add(200, 400);
        assertTrue(gaps.isEmpty());
    }

    @Test
    void retractedRowsAreIgnored() {
        add(0, 0);
        function(row(RowKind.UPDATE_BEFORE, 0, 0));
        function(row(RowKind.UPDATE_AFTER, 0, 1000));
        function(row(RowKind.DELETE, 0, 1000));
        add(1050, 1050);
        assertTrue(changes.isEmpty());
    }

    @Test
    void inputThatContinuesAtTheSamePlaceReadsNoOtherRun() {
        for (long at = 0; at < 10_000; at += 500) add(at, at + 100);
        assertEquals(0, others.reads);
        for (long at = -9_000; at < -1_000; at += 50) add(at, at);
        assertEquals(1, others.reads);
    }

    @Test
    void anyOrderResultsInTheGapsOfAllInstants() {
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
                // Several at once, like in a row of a mini-batch.
                List<Long> next = order.subList(0, Math.min(order.size(), 1 + random.nextInt(9)));
                List<Long> runs = Naive.runs(new TreeSet<>(next), interval);
                next.clear();
                function(row(random.nextBoolean() ? RowKind.INSERT : RowKind.UPDATE_AFTER, runs, interval));
            }
            assertEquals(Naive.gaps(instants, interval), gaps);
        });
    }

    private void add(long first, long last) {
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

    /** Applies a change. Fails if the change contradicts the gaps so far. */
    private void apply(Row row) {
        long start = millis(row.getField(0));
        long end = millis(row.getField(1));
        switch (row.getKind()) {
            case INSERT -> assertNull(gaps.put(start, end), "an insert of an existing gap");
            case UPDATE_AFTER -> assertNull(gaps.put(start, end), "an UPDATE_AFTER without UPDATE_BEFORE");
            default -> assertEquals(Long.valueOf(end), gaps.remove(start), "a removal of an unknown gap");
        }
    }

    private static long millis(Object instant) {
        return ((LocalDateTime) instant).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** A map that counts how often its entries are read. */
    private static final class CountingMap extends MapView<Long, Long> {
        int reads;

        @Override
        public Iterable<Map.Entry<Long, Long>> entries() throws Exception {
            reads++;
            return super.entries();
        }
    }
}
