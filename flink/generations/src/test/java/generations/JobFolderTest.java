package generations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As the scripts use it, on a folder of this machine. flink-s3.cluster.ts uses it on an S3 server. */
class JobFolderTest {
  @TempDir Path temp;
  private Path job;

  @BeforeEach
  void setUp() {
    job = temp.resolve("minutes");
  }

  @Test
  void theFirstStartIsGenerationOneWithoutState() throws Exception {
    assertEquals("1", start("a", "savepoint"));
    assertEquals("1 a 0\n", Files.readString(job.resolve("generation")));
  }

  @Test
  void theSameContentKeepsItsGenerationAndRestoresItsNewestCompleteCheckpoint() throws Exception {
    start("a", "savepoint");
    state("1/checkpoints/f/chk-9", 9);
    state("1/checkpoints/f/chk-10", 10);
    Files.createDirectories(job.resolve("1/checkpoints/f/chk-11"));
    Files.createDirectories(job.resolve("1/checkpoints/f/shared"));
    assertEquals("1 file:" + job + "/1/checkpoints/f/chk-10", start("a", "savepoint"));
  }

  @Test
  void anotherContentIsANewGenerationEvenAfterARevert() throws Exception {
    start("a", "savepoint");
    state("1/checkpoints/f/chk-5", 5);
    assertEquals("2 file:" + job + "/1/checkpoints/f/chk-5", start("b", "savepoint"));
    state("2/checkpoints/f/chk-6", 6);
    assertEquals("3 file:" + job + "/2/checkpoints/f/chk-6", start("a", "savepoint"));
  }

  @Test
  void aSavepointIsOrderedByItsNumber() throws Exception {
    start("a", "savepoint");
    state("1/checkpoints/f/chk-5", 5);
    state("1/savepoints/savepoint-b", 6);
    state("1/savepoints/savepoint-a", 4);
    assertEquals("2 file:" + job + "/1/savepoints/savepoint-b", start("b", "savepoint"));
    state("2/checkpoints/f/chk-7", 7);
    assertEquals("3 file:" + job + "/2/checkpoints/f/chk-7", start("c", "savepoint"));
  }

  @Test
  void afterAFreshStartOlderStateIsNeverRestored() throws Exception {
    start("a", "savepoint");
    state("1/checkpoints/f/chk-5", 5);
    assertEquals("2", start("b", "fresh"));
    assertEquals("3", start("c", "savepoint"));
    state("3/checkpoints/f/chk-1", 1);
    assertEquals("4 file:" + job + "/3/checkpoints/f/chk-1", start("d", "savepoint"));
  }

  @Test
  void aFinishedJobStaysFinishedUntilItChanges() throws Exception {
    start("a", "savepoint");
    run("finish", job.toString(), "1");
    assertEquals("1 finished", start("a", "savepoint"));
    assertEquals("2", start("b", "savepoint"));
  }

  @Test
  void aNewGenerationDeletesTheHighAvailabilityDataOfTheOldOnes() throws Exception {
    start("a", "savepoint");
    Files.createDirectories(job.resolve("1/high-availability/blob"));
    start("a", "savepoint");
    assertTrue(Files.exists(job.resolve("1/high-availability/blob")));
    start("b", "savepoint");
    assertFalse(Files.exists(job.resolve("1/high-availability")));
  }

  @Test
  void checkpointsThatFlinkDoesNotDeleteAreDeletedOnceALaterGenerationHasItsOwn() throws Exception {
    start("a", "savepoint", "NO_CLAIM");
    state("1/checkpoints/f/chk-5", 5);
    state("1/savepoints/savepoint-a", 4);
    start("b", "savepoint", "NO_CLAIM");
    assertTrue(Files.exists(job.resolve("1/checkpoints/f/chk-5")));
    state("2/checkpoints/f/chk-6", 6);
    start("c", "savepoint", "NO_CLAIM");
    assertFalse(Files.exists(job.resolve("1/checkpoints")));
    assertTrue(Files.exists(job.resolve("1/savepoints/savepoint-a")));
    assertTrue(Files.exists(job.resolve("2/checkpoints/f/chk-6")));
  }

  @Test
  void aDamagedGenerationIsNotTakenForTheFirst() throws Exception {
    Files.createDirectories(job);
    Files.writeString(job.resolve("generation"), "");
    IOException error = assertThrows(IOException.class, () -> start("a", "savepoint"));
    assertEquals(
        job + "/generation contains ''; expected NUMBER CONTENT NUMBER. Correct it: the first number is"
            + " that of the newest folder in " + job,
        error.getMessage().replace("file:", ""));
  }

  @Test
  void damagedStateIsNotSkippedForAnOlderOne() throws Exception {
    start("a", "savepoint");
    state("1/checkpoints/f/chk-5", 5);
    state("1/checkpoints/f/chk-6", 6);
    Files.writeString(job.resolve("1/checkpoints/f/chk-6/_metadata"), "damaged");
    IOException error = assertThrows(IOException.class, () -> start("a", "savepoint"));
    assertTrue(error.getMessage().contains("1/checkpoints/f/chk-6/_metadata: "), error.getMessage());
    assertTrue(error.getMessage().endsWith("delete its folder to restore the state before it"));
  }

  @Test
  void aTaskManagerWaitsForItsContent() throws Exception {
    start("old", "savepoint");
    Path file = temp.resolve("number");
    var out = new ByteArrayOutputStream();
    var waiting =
        new Thread(
            () -> {
              try {
                Main.run(
                    List.of("await", job.toString(), "new", "0.01", file.toString()), new PrintStream(out));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    waiting.start();
    while (out.size() == 0) Thread.sleep(5);
    assertFalse(Files.exists(file));
    start("new", "savepoint");
    waiting.join(10_000);
    assertEquals("2\n", Files.readString(file));
    assertEquals("waiting for the JobManager to start this job\n", out.toString());
  }

  private String start(String content, String policy) throws IOException, InterruptedException {
    return start(content, policy, "CLAIM");
  }

  private String start(String content, String policy, String claim) throws IOException, InterruptedException {
    Path file = temp.resolve("start");
    run("start", job.toString(), content, policy, claim, file.toString());
    return Files.readString(file).strip();
  }

  private static void run(String... args) throws IOException, InterruptedException {
    Main.run(List.of(args), System.out);
  }

  /** Makes a complete checkpoint or savepoint. */
  private void state(String path, long number) throws IOException {
    Path folder = Files.createDirectories(job.resolve(path));
    try (var out = Files.newOutputStream(folder.resolve("_metadata"))) {
      Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(number, List.of(), List.of()), out);
    }
  }
}
