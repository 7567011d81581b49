package puna.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// Where the time of a step goes: the shares of a recording of `puna bench`, by test.
///
/// `ProfileReport RECORDING…`. A recording comes from
/// `PUNA_JAVA_OPTIONS='-XX:StartFlightRecording:filename=F,jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=5ms'
/// puna bench …`, on Linux. Only the main thread counts: it does a worker's work beside the others,
/// and it alone knows which test it is in. Loading, warming up, and filling a context up to its
/// depth do not count.
public final class ProfileReport {
  /// What a step does, each with the calls that mark it.
  enum Part {
    WAITING("waiting for the other workers", "WorkerPool.awaitOthers"),
    QUANTIZING("quantizing activations", "MatrixDispatch.preparePiece"),
    PRODUCTS("matrix products", "MatrixDispatch.runChunk"),
    STORING("storing keys and values", "CpuBackend.append"),
    ATTENTION("attention", "CpuBackend.attend"),
    NORM("RMSNorm", "CpuBackend.rmsNorm"),
    ROPE("RoPE", "CpuBackend.rope"),
    SWIGLU("SwiGLU", "CpuBackend.swiglu"),
    ADD("residual sums", "CpuBackend.add"),
    EMBED(
        "embeddings and logits copied", "CpuBackend.embed", "CpuBackend.gather", "CpuBackend.read"),
    REST("the rest");

    private final String title;
    private final List<String> calls;

    Part(String title, String... calls) {
      this.title = title;
      this.calls = List.of(calls);
    }

    List<String> calls() {
      return calls;
    }

    /// The part that a stack is in: of the first that has a call on it, or the rest.
    static Part of(List<String> stack) {
      return Arrays.stream(values())
          .filter(part -> part.calls.stream().anyMatch(stack::contains))
          .findFirst()
          .orElse(REST);
    }
  }

  private static final Map<String, String> TESTS =
      Map.of(
          "DecoderRun.timePrefill", "pp",
          "DecoderRun.timeDecode", "tg",
          "DecoderRun.timeBatch", "batch");

  private final Map<String, Map<Part, Integer>> samples = new TreeMap<>();

  /// @param arguments recordings
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("arguments are RECORDING…");
    }
    for (String recording : arguments) {
      ProfileReport report = new ProfileReport();
      report.read(Path.of(recording));
      System.out.println(recording);
      report.print(System.out);
    }
  }

  private void read(Path recording) throws IOException {
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals("jdk.CPUTimeSample")
            && event.getStackTrace() != null
            && event.getThread("eventThread").getJavaName().equals("main")) {
          add(event.getStackTrace().getFrames().stream().map(ProfileReport::call).toList());
        }
      }
    }
  }

  private void add(List<String> stack) {
    for (String call : stack.reversed()) {
      String test = TESTS.get(call);
      if (test != null) {
        if (test.equals("pp") || !stack.contains("DecoderRun.prefill")) {
          samples
              .computeIfAbsent(test, any -> new EnumMap<>(Part.class))
              .merge(Part.of(stack), 1, Integer::sum);
        }
        return;
      }
    }
  }

  private static String call(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
  }

  private void print(PrintStream out) {
    samples.forEach((test, parts) -> {
      int all = parts.values().stream().mapToInt(Integer::intValue).sum();
      out.printf("%s, %s samples%n", test, all);
      parts.forEach((part, count) ->
          out.printf(Locale.ROOT, "  %5.1f %%  %s%n", 100.0 * count / all, part.title));
    });
  }
}
