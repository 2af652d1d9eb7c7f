package strain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class RunsTest {
    private static final int INTERVAL = 50;

    private final Runs runs = new Runs();

    @Test
    void instantsInReachAreOneRunAndOthersAreNot() {
        Runs.Accumulator minute = runs.createAccumulator();
        for (long at : new long[] {1000, 1100, 1201}) add(minute, at);
        assertArrayEquals(new long[] {1000, 1100, 1201, 1201}, minute.runs);
        add(minute, 1150);
        assertArrayEquals(new long[] {1000, 1201}, minute.runs);
    }

    @Test
    void addingAKnownRunChangesNothing() {
        long[] before = {0, 500, 900, 900};
        assertSame(before, RunSet.add(before, 100, 400, 100));
        assertSame(before, RunSet.add(before, 900, 900, 100));
    }

    @Test
    void anyOrderAndAnySplitResultInTheRunsOfAllInstants() {
        Seeded.forAll(random -> {
            TreeSet<Long> instants = new TreeSet<>();
            List<Runs.Accumulator> parts = new ArrayList<>();
            for (int i = 0; i < 4; i++) parts.add(runs.createAccumulator());
            for (int i = random.nextInt(80); i > 0; i--) {
                long at = random.nextInt(100) * 25L;
                instants.add(at);
                add(parts.get(random.nextInt(parts.size())), at);
            }
            Runs.Accumulator whole = runs.createAccumulator();
            runs.merge(whole, parts);
            List<Long> found = Arrays.stream(whole.runs).boxed().collect(Collectors.toList());
            assertEquals(Naive.runs(instants, INTERVAL), found);
        });
    }

    private void add(Runs.Accumulator to, long at) {
        runs.accumulate(to, TimestampData.fromEpochMillis(at), INTERVAL);
    }
}
