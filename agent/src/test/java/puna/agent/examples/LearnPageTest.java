package puna.agent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.Llama;
import puna.backend.Activations;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.RopeTable;
import puna.backend.cpu.CpuBackend;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.hub.ModelStore;
import puna.model.Decoder;
import puna.model.LlamaConfig;
import puna.model.LlamaModel;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.token.Tokenizer;

/// Holds the page that follows a prompt through the code to the code: its examples and quotes, its
/// numbers, and the files that it and all other pages point at.
@Timeout(900)
class LearnPageTest {
  private static final Path ROOT = Path.of(System.getProperty("puna.test.root"));
  private static final String PROMPT = "The capital of France is";
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^(?:<!-- (example|quote): (\\S+) -->\\R)?```java$(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final Pattern TENSOR_ROW =
      Pattern.compile("(?m)^\\| `([a-z0-9_.]+)` \\| (\\w+) \\| (\\d+)(?: × (\\d+))? \\|");

  @Test
  void theExamplesAreCompiledAndPrintWhatThePageSays() throws IOException {
    assertThat(Snippets.requireTheSame("learn.md", "LearnExamples.java")).isEqualTo(3);
    List<String> tokens = new ArrayList<>();
    List<String> drawn = new ArrayList<>();
    try (Llama llama = new LearnExamples(tokens::add).opens()) {
      assertThat(llama.info().device()).contains("scalar");
      new LearnExamples(tokens::add).tokenizes(llama);
      new LearnExamples(drawn::add).draws(llama);
    }
    assertThat(page()).contains(printed(tokens)).contains(printed(drawn));
  }

  @Test
  void everyBlockOfJavaIsAnExampleOrAQuoteOfTheFileThatItNames() throws IOException {
    int quotes = 0;
    for (MatchResult block : BLOCK.matcher(page()).results().toList()) {
      assertThat(block.group(1)).as("the mark before" + block.group(3)).isNotNull();
      if (block.group(1).equals("quote")) {
        requireQuoted(block.group(3), ROOT.resolve(block.group(2)));
        quotes++;
      }
    }
    assertThat(quotes).isGreaterThan(5);
  }

  @Test
  void thePagesPointAtFilesThatExist() throws IOException {
    List<String> broken = new ArrayList<>();
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      for (Path page :
          Stream.concat(
                  docs.filter(file -> file.toString().endsWith(".md")),
                  Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")))
              .toList()) {
        LINK.matcher(Files.readString(page))
            .results()
            .map(link -> link.group(1))
            .filter(link -> !link.contains(":"))
            .filter(link -> !Files.exists(page.resolveSibling(link)))
            .forEach(link -> broken.add(ROOT.relativize(page) + ": " + link));
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theNumbersAreThoseOfTheModel() throws IOException {
    Path path = new ModelStore(Path.of("target", "puna-home")).resolve(ModelStore.DEFAULT_MODEL);
    try (ModelContents file = ModelFiles.open(path);
        CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      Tokenizer tokenizer = file.tokenizer(new ModelWarnings());
      int[] ids = tokenizer.encode(PROMPT);
      LlamaModel model = LlamaModel.load(file, backend, new ModelWarnings(), _ -> {});
      requireTensors(file);
      assertThat(inOneLine(page()))
          .contains(shape(model.config()))
          .contains(embedding(ids[0], file, backend))
          .contains(angles(model.config()))
          .contains(inOneLine(likeliest(logits(model, ids), tokenizer)))
          .contains(
              String.format(
                  Locale.ROOT, "%,d bytes", model.kvShape(1, 64, KvType.F16).bytesPerBlock() / 64));
    }
  }

  private static void requireQuoted(String quote, Path file) throws IOException {
    String code = inOneLine(Files.readString(file));
    int from = 0;
    for (String part : quote.split("…")) {
      int at = code.indexOf(inOneLine(part), from);
      assertThat(at).as(file + " must have" + part).isNotNegative();
      from = at;
    }
  }

  private static String inOneLine(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }

  private static void requireTensors(ModelContents file) throws IOException {
    List<MatchResult> rows = TENSOR_ROW.matcher(page()).results().toList();
    assertThat(rows).hasSize(11);
    for (MatchResult row : rows) {
      Tensor tensor = Objects.requireNonNull(file.tensors().get(row.group(1)), row.group(1));
      long count = row.group(4) == null ? 1 : Long.parseLong(row.group(4));
      assertThat(row.group(2)).as(row.group(1)).isEqualTo(tensor.type().name());
      assertThat(Long.parseLong(row.group(3))).as(row.group(1)).isEqualTo(tensor.shape().columns());
      assertThat(count).as(row.group(1)).isEqualTo(tensor.shape().rows());
    }
    assertThat(file.tensors()).doesNotContainKey("output.weight");
  }

  private static String shape(LlamaConfig config) {
    return String.format(
        Locale.ROOT,
        "%d layers; %d numbers a token, the *width*; %d heads of %d numbers for queries,"
            + " %d for keys and values; %,d numbers inside the gated unit; %,d tokens.",
        config.layers(),
        config.width(),
        config.heads(),
        config.headSize(),
        config.kvHeads(),
        config.feedForward(),
        config.vocabulary());
  }

  private static String embedding(int id, ModelContents file, CpuBackend backend) {
    Tensor tensor = Objects.requireNonNull(file.tensors().get("token_embd.weight"));
    int width = (int) tensor.shape().columns();
    Activations row = backend.activations(1, width);
    Batch batch = new Batch(1);
    batch.addRun(0, new int[] {0});
    batch.addToken(id);
    backend.embed(row, backend.load(tensor, 1, null), batch);
    float[] values = new float[width];
    backend.read(row, 0, values);
    return "Token %d starts with `%s`"
        .formatted(
            id,
            IntStream.range(0, 4)
                .mapToObj(i -> String.format(Locale.ROOT, "%.3f", values[i]))
                .collect(Collectors.joining(", ")));
  }

  private static String angles(LlamaConfig config) {
    int last = config.headSize() / 2 - 1;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cosines = arena.allocate(ValueLayout.JAVA_FLOAT, config.headSize());
      MemorySegment sines = arena.allocate(ValueLayout.JAVA_FLOAT, config.headSize());
      new RopeTable(config.headSize(), config.ropeBase(), config.ropeScaling())
          .fill(1, cosines, sines, 0);
      double first = Math.asin(sines.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
      double slowest = Math.asin(sines.getAtIndex(ValueLayout.JAVA_FLOAT, last));
      return String.format(
          Locale.ROOT,
          "At position 4, pair 0 has turned by %.0f radians and pair %d by %.5f",
          4 * first,
          last,
          4 * slowest);
    }
  }

  private static float[] logits(LlamaModel model, int[] ids) {
    KvShape shape = model.kvShape(1, 64, KvType.F16);
    Batch batch = new Batch(ids.length);
    batch.addRun(0, new int[] {0});
    for (int id : ids) {
      batch.addToken(id);
    }
    batch.addOutput();
    try (Decoder decoder = model.decoder(shape, ids.length, 1)) {
      decoder.forward(batch);
      float[] logits = new float[model.config().vocabulary()];
      decoder.readLogits(0, logits);
      return logits;
    }
  }

  private static String likeliest(float[] logits, Tokenizer tokenizer) {
    double best =
        IntStream.range(0, logits.length).mapToDouble(id -> logits[id]).max().orElseThrow();
    double all =
        IntStream.range(0, logits.length).mapToDouble(id -> Math.exp(logits[id] - best)).sum();
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]))
        .limit(5)
        .map(id ->
            String.format(
                Locale.ROOT,
                "| %d | `%s` | %.2f | %.1f %% |\n",
                id,
                tokenizer.piece(id),
                logits[id],
                100 * Math.exp(logits[id] - best) / all))
        .collect(Collectors.joining());
  }

  private static String printed(List<String> lines) {
    return "```text\n%s\n```".formatted(String.join("\n", lines));
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/learn.md"));
  }
}
