package generations;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * Keeps the generations of a job for shell scripts. File systems and their options are those of Flink, by
 * FLINK_CONF_DIR and FLINK_PLUGINS_DIR.
 *
 * <pre>
 * start FOLDER CONTENT POLICY CLAIM FILE  starts a content of the job, and writes "NUMBER STATE" to FILE; STATE
 *                                         is "finished" if the job has finished, the address of the state to
 *                                         restore, or empty
 * finish FOLDER NUMBER                    notes that the job has finished
 * await FOLDER CONTENT SECONDS FILE       waits until the content is started, and writes its number to FILE;
 *                                         looks each SECONDS
 * </pre>
 *
 * CLAIM is Flink's claim mode of checkpoints. With NO_CLAIM, Flink does not delete the checkpoint that a job
 * restored, so it is deleted here once a later generation does not need it.
 *
 * Exit codes: 0 done; 1 the folder cannot be read or written, the last line says why.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      Configuration configuration = GlobalConfiguration.loadConfiguration();
      FileSystem.initialize(configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
      run(List.of(args), System.out);
    } catch (IOException | RuntimeException e) {
      System.err.println(rootMessage(e));
      System.exit(1);
    }
    // Clients of object stores leave threads running.
    System.exit(0);
  }

  static void run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    JobFolder folder = new JobFolder(new Path(args.get(1)));
    switch (args.get(0)) {
      case "start" -> write(args.get(5), start(folder, args.get(2), args.get(3), args.get(4)));
      case "finish" -> folder.finish(Integer.parseInt(args.get(2)));
      case "await" -> write(args.get(4), await(folder, args.get(2), Double.parseDouble(args.get(3)), out));
      default -> throw new IllegalArgumentException("unknown command " + args.get(0));
    }
  }

  private static String start(JobFolder folder, String content, String policy, String claim)
      throws IOException {
    Generation generation = folder.start(content, policy.equals("fresh"));
    if (folder.hasFinished(generation)) return generation.number() + " finished";
    Optional<JobFolder.State> restored = folder.newestState(generation);
    if (restored.isPresent() && claim.equals("NO_CLAIM")) folder.deleteCheckpointsBefore(restored.get());
    return generation.number() + restored.map(state -> " " + state.path()).orElse("");
  }

  private static String await(JobFolder folder, String content, double seconds, PrintStream out)
      throws IOException, InterruptedException {
    for (boolean isFirst = true; ; isFirst = false) {
      Optional<Generation> current = folder.current();
      if (current.isPresent() && current.get().content().equals(content)) {
        return Integer.toString(current.get().number());
      }
      if (isFirst) out.println("waiting for the JobManager to start this job");
      Thread.sleep((long) (seconds * 1000));
    }
  }

  private static void write(String file, String text) throws IOException {
    Files.writeString(java.nio.file.Path.of(file), text + "\n");
  }

  /** Messages of clients of stores name the cause last. */
  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) root = root.getCause();
    String message = error.getMessage();
    return root == error || message.contains(String.valueOf(root.getMessage()))
        ? message
        : message + ": " + root.getMessage();
  }
}
