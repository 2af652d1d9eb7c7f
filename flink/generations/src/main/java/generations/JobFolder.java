package generations;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;

/**
 * The folder of a job, on any file system of Flink. Each content of the job (script, policy, image, options) is
 * a generation with its own number. Flink writes everything of a generation into the folder of its number:
 *
 * <pre>
 * generation        the current generation: "NUMBER CONTENT SINCE"; only state since SINCE may be restored
 * NUMBER/checkpoints, NUMBER/savepoints, NUMBER/high-availability
 * NUMBER/finished   the job has finished
 * </pre>
 */
final class JobFolder {
  private static final Generation NONE = new Generation(0, "", 0);

  private final Path folder;
  private final FileSystem files;

  JobFolder(Path folder) throws IOException {
    this.folder = folder;
    this.files = folder.getFileSystem();
  }

  /** A complete checkpoint or savepoint. */
  record State(Path path, int generation, long checkpoint) {}

  /**
   * The current generation; empty before the first start.
   *
   * @throws IOException if the file is damaged, or cannot be read
   */
  Optional<Generation> current() throws IOException {
    Path file = new Path(folder, "generation");
    String text;
    try (var in = files.open(file)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(Generation.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + " contains " + e.getMessage()
              + ". Correct it: the first number is that of the newest folder in " + folder,
          e);
    }
  }

  /** Makes the content the current generation, if it is not. */
  Generation start(String content, boolean isFresh) throws IOException {
    Generation current = current().orElse(NONE);
    if (current.content().equals(content)) return current;
    Generation next = current.next(content, isFresh);
    replace(new Path(folder, "generation"), next.toString());
    // The ids of older generations are never used again.
    for (int generation : generations()) {
      if (generation < next.number()) delete(path(generation, "high-availability"));
    }
    return next;
  }

  boolean hasFinished(Generation generation) throws IOException {
    return files.exists(path(generation.number(), "finished"));
  }

  void finish(int generation) throws IOException {
    replace(path(generation, "finished"), "");
  }

  /**
   * The newest state that a generation may restore; empty if there is none.
   *
   * @throws IOException if one of the states cannot be read: an older one would repeat what was done since
   */
  Optional<State> newestState(Generation generation) throws IOException {
    List<State> states = new ArrayList<>();
    for (int number : generations()) {
      if (number < generation.since()) continue;
      for (Path job : children(path(number, "checkpoints"))) addComplete(number, children(job), states);
      addComplete(number, children(path(number, "savepoints")), states);
    }
    // A job continues the numbers of the checkpoint that it restored, and savepoints have numbers, too. The
    // clock of a store can be too coarse to tell a savepoint from the checkpoint after it.
    return states.stream()
        .max(Comparator.comparingLong(State::checkpoint).thenComparingInt(State::generation));
  }

  /** Deletes the checkpoints of the generations before the one whose state is restored. */
  void deleteCheckpointsBefore(State restored) throws IOException {
    for (int generation : generations()) {
      if (generation < restored.generation()) delete(path(generation, "checkpoints"));
    }
  }

  private void addComplete(int generation, List<Path> candidates, List<State> states) throws IOException {
    for (Path candidate : candidates) {
      // Flink writes it last, whole.
      Path metadata = new Path(candidate, "_metadata");
      if (!candidate.getName().matches("(chk|savepoint)-.+") || !files.exists(metadata)) continue;
      try (var in = new DataInputStream(new BufferedInputStream(files.open(metadata)))) {
        long checkpoint =
            Checkpoints.loadCheckpointMetadata(in, JobFolder.class.getClassLoader(), candidate.toString())
                .getCheckpointId();
        states.add(new State(candidate, generation, checkpoint));
      } catch (IOException | RuntimeException e) {
        throw new IOException(
            "cannot read " + metadata + ": " + e.getMessage()
                + ". Repair it, or delete its folder to restore the state before it",
            e);
      }
    }
  }

  private List<Integer> generations() throws IOException {
    return children(folder).stream()
        .map(Path::getName)
        .filter(name -> name.matches("[0-9]{1,9}"))
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  private List<Path> children(Path parent) throws IOException {
    try {
      FileStatus[] found = files.listStatus(parent);
      return found == null ? List.of() : List.of(found).stream().map(FileStatus::getPath).toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private void delete(Path path) throws IOException {
    try {
      files.delete(path, true);
    } catch (FileNotFoundException e) {
      // Some file systems take that for an error.
    }
  }

  private Path path(int generation, String name) {
    return new Path(new Path(folder, Integer.toString(generation)), name);
  }

  /** After a crash, the file is the old one or the new one. */
  private void replace(Path file, String text) throws IOException {
    // An object of a store appears whole when it is closed. A file does not.
    boolean isObject = files.isDistributedFS();
    Path written = isObject ? file : file.suffix(".new");
    if (!isObject) files.mkdirs(file.getParent());
    try (FSDataOutputStream out = files.create(written, WriteMode.OVERWRITE)) {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      if (!isObject) out.sync();
    }
    if (!isObject && !files.rename(written, file)) throw new IOException("cannot rename " + written);
  }
}
