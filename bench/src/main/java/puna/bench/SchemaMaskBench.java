package puna.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.GrammarMask;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenTrie;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// What masks cost on schemas as people have them: each schema is compiled afresh, and each of its
/// valid texts is read token by token.
///
/// Usage: `SchemaMaskBench TOKENIZER SCHEMAS.jsonl[.gz] [LIMIT [STEP]]`. A line of the file is an
/// object with `id`, `schema` and `tests` (each `valid` and `text`); `LIMIT` lines are read, every
/// `STEP`th one. The `$schema` line of a schema is left out. Every token of a text that the grammar
/// admits must be allowed by its mask, or the program stops. `-Dpuna.bench.cpu=true` measures the
/// thread's time on its processor instead of the time on the wall.
public final class SchemaMaskBench {
  private static final int WARM_UP_SCHEMAS = 100;

  private final Tokenizer tokenizer;
  private final TokenTrie trie;
  private final float[] logits;
  private final Series translate = new Series();
  private final Series layOut = new Series();
  private final Series compile = new Series();
  private final Series firstMask = new Series();
  private final Series masks = new Series();
  private final Series steps = new Series();
  private final List<Slow> slow = new ArrayList<>();
  private final Clock clock = Boolean.getBoolean("puna.bench.cpu") ? Clock.CPU : Clock.WALL;
  private int refusedSchemas;
  private int refusedTexts;

  private SchemaMaskBench(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.trie = TokenTrie.of(tokenizer);
    this.logits = new float[tokenizer.vocabularySize()];
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException(
          "usage: SchemaMaskBench TOKENIZER SCHEMAS.jsonl[.gz] [LIMIT [STEP]]");
    }
    int limit = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE;
    int step = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
    List<JsonObject> lines = read(Path.of(arguments[1]), limit, step);
    SchemaMaskBench bench = new SchemaMaskBench(TokenizerFiles.open(Path.of(arguments[0])));
    int warmUp = Math.min(WARM_UP_SCHEMAS, lines.size());
    for (JsonObject line : lines.subList(lines.size() - warmUp, lines.size())) {
      bench.measure(line);
    }
    bench.forget();
    for (JsonObject line : lines) {
      bench.measure(line);
    }
    bench.report();
  }

  private static List<JsonObject> read(Path file, int limit, int step) throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = reader.readLine();
          line != null && lines.size() < limit;
          line = reader.readLine()) {
        if (number++ % step == 0) {
          lines.add((JsonObject) Json.parse(line, file.getFileName() + ":" + number));
        }
      }
    }
    return lines;
  }

  private void forget() {
    for (Series series : List.of(translate, layOut, compile, firstMask, masks, steps)) {
      series.count = 0;
    }
    slow.clear();
    refusedSchemas = 0;
    refusedTexts = 0;
  }

  private void measure(JsonObject line) {
    String id = line.get("id").orElseThrow() instanceof JsonString(String text) ? text : "?";
    JsonValue schema = withoutDialect(line.get("schema").orElseThrow());
    long start = clock.nanos();
    long translated;
    CompiledGrammar grammar;
    StateMasks made;
    try {
      Grammar rules = JsonSchemaCompiler.compile(schema);
      translated = clock.nanos();
      grammar = CompiledGrammar.compile(rules);
      made = new StateMasks(grammar, trie);
    } catch (GrammarException e) {
      refusedSchemas++;
      return;
    }
    long compiled = clock.nanos();
    translate.add(translated - start);
    layOut.add(compiled - translated);
    compile.add(compiled - start);
    Arrays.fill(logits, 1);
    long before = clock.nanos();
    apply(made.mask());
    long after = clock.nanos();
    firstMask.add(after - start);
    masks.add(after - before);
    for (JsonValue test : ((JsonArray) line.get("tests").orElseThrow()).elements()) {
      JsonObject object = (JsonObject) test;
      if (object.get("valid").orElseThrow() == JsonBoolean.TRUE
          && object.get("text").orElseThrow() instanceof JsonString(String text)) {
        if (grammar.accepts(text)) {
          read(id, made, text);
        } else {
          refusedTexts++;
        }
      }
    }
  }

  private static JsonValue withoutDialect(JsonValue schema) {
    return schema instanceof JsonObject object
        ? object.toBuilder().remove("$schema").build()
        : schema;
  }

  private void read(String id, StateMasks made, String text) {
    GrammarMask mask = made.mask();
    int[] tokens = tokenizer.encode(text);
    for (int i = 0; i < tokens.length; i++) {
      Arrays.fill(logits, 1);
      long start = clock.nanos();
      int[] few = apply(mask);
      long applied = clock.nanos();
      mask.accept(tokens[i]);
      long end = clock.nanos();
      if (few == null ? logits[tokens[i]] != 1 : Arrays.binarySearch(few, tokens[i]) < 0) {
        String piece = new String(tokenizer.bytes(tokens[i]), StandardCharsets.UTF_8);
        throw new IllegalStateException(
            "%s: token %s '%s' of %s was forbidden".formatted(id, i, piece, text));
      }
      masks.add(applied - start);
      steps.add(end - start);
      if (applied - start > 300_000) {
        slow.add(new Slow(applied - start, id, before(tokens, i)));
      }
    }
    if (!mask.isComplete()) {
      throw new IllegalStateException(id + ": the text must be complete: " + text);
    }
  }

  /// What the engine does for a token: where few tokens may come, the logits stay as they are.
  private int @Nullable [] apply(GrammarMask mask) {
    int[] few = mask.few(logits.length / 16);
    if (few == null) {
      mask.apply(logits);
    }
    return few;
  }

  private String before(int[] tokens, int end) {
    StringBuilder text = new StringBuilder();
    for (int i = Math.max(0, end - 12); i < end; i++) {
      text.append(new String(tokenizer.bytes(tokens[i]), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private void report() {
    System.out.printf(
        Locale.ROOT,
        "%d schemas compiled, %d refused, %d valid texts refused, %d tokens; microseconds:%n",
        compile.count,
        refusedSchemas,
        refusedTexts,
        masks.count);
    System.out.printf(
        Locale.ROOT,
        "%-22s%9s%9s%9s%9s%9s%9s%10s%9s%n",
        "",
        "p50",
        "p75",
        "p90",
        "p95",
        "p99",
        "p99.9",
        "longest",
        "mean");
    translate.report("schema to grammar");
    layOut.report("grammar to automaton");
    compile.report("compile");
    firstMask.report("with first mask");
    masks.report("mask");
    steps.report("mask and step");
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "heap in use at the end: %d MB%n",
        runtime.totalMemory() - runtime.freeMemory() >> 20);
    reportSlow();
  }

  private void reportSlow() {
    slow.sort((a, b) -> Long.compare(b.nanos, a.nanos));
    int shown = Math.min(slow.size(), Integer.getInteger("puna.bench.slow", 10));
    System.out.printf(Locale.ROOT, "%d masks over 300 us; the slowest:%n", slow.size());
    for (int i = 0; i < shown; i++) {
      Slow one = slow.get(slow.size() * i / shown);
      System.out.printf(
          Locale.ROOT,
          "  %.0f us %s after ..%s%n",
          one.nanos / 1e3,
          one.id,
          one.before.replace('\n', ' '));
    }
  }

  /// What time is taken from.
  private enum Clock {
    WALL,
    /// The thread's time on a processor, for a machine that is shared: reading it takes part of a
    /// microsecond.
    CPU;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    long nanos() {
      return this == CPU ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }
  }

  private record Slow(long nanos, String id, String before) {}

  /// Times in nanoseconds.
  private static final class Series {
    private long[] nanos = new long[1024];
    private int count;

    void add(long value) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = value;
    }

    void report(String name) {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      StringBuilder row = new StringBuilder("%-22s".formatted(name));
      for (double share : new double[] {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1}) {
        int place = Math.min(count - 1, (int) Math.floor(share * count));
        String form = share == 1 ? "%10.0f" : "%9.0f";
        row.append(String.format(Locale.ROOT, form, count == 0 ? 0 : sorted[place] / 1e3));
      }
      double mean = Arrays.stream(sorted).average().orElse(0) / 1e3;
      System.out.println(row.append(String.format(Locale.ROOT, "%9.1f", mean)));
    }
  }
}
