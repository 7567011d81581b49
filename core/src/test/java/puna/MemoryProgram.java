package puna;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/// A process that uses Puna and tells whether it grows by that.
final class MemoryProgram {
  /// What grows may move to a region of 66 MiB of addresses, of each of its kinds; and a worker may
  /// get its first piece of some work late.
  private static final ProcessMemory REGIONS = new ProcessMemory(64, 600, 30);

  private static final long SEED = Long.getLong("puna.test.seed", 20_261_129);
  private static final int WARM = 12;
  private static final int CYCLES = 50;
  private static final int PROMPTS = 500;
  private static final int LOADERS = 4;

  /// For what goes when another thread of the JVM has run, such as a compiler's.
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final String tier;
  private final List<Path> models;

  private MemoryProgram(String tier, List<Path> models) {
    this.tier = tier;
    this.models = models;
  }

  /// A tier, a folder of models; prints a line for each run that ends in `right` or says what is
  /// wrong.
  public static void main(String[] args) throws Exception {
    List<Path> models;
    try (Stream<Path> files = Files.list(Path.of(args[1]))) {
      models = files.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
    }
    MemoryProgram program = new MemoryProgram(args[0], models);
    tell("growing", program::growing); // first, before scratch has grown
    tell("cycles", program::cycles);
    tell("prompts", program::prompts);
    tell("lives", program::lives);
    tell("loaders", program::loaders);
  }

  /// What may find that something is left.
  private interface Run {
    void run() throws Exception;
  }

  private static void tell(String name, Run run) throws Exception {
    try {
      run.run();
      requireNoThreads();
      System.out.println(name + ": right");
    } catch (AssertionError e) {
      System.out.println(name + ": " + e.getMessage());
    }
  }

  private void cycles() throws IOException, InterruptedException {
    ProcessMemory warm = ProcessMemory.now();
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      try (Llama llama = Llama.open(ModelSource.file(model()), options())) {
        answer(llama, prompt(new Random(cycle), 40), 4);
      }
      if (cycle == WARM) {
        warm = ProcessMemory.now();
      }
    }
    ProcessMemory.now().requireGrownBy(ProcessMemory.NOISE, warm);
  }

  private void prompts() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    try (Llama llama = Llama.open(ModelSource.file(model()), options())) {
      for (int i = 0; i < 3; i++) {
        answer(llama, prompt(random, SmallModels.CONTEXT - 8 - i), 2);
      }
      for (int length = 1; length < 50; length += 8) { // some kernels are for few tokens
        answer(llama, prompt(random, length), 2);
      }
      ProcessMemory warm = ProcessMemory.now();
      for (int i = 0; i < PROMPTS; i++) {
        answer(llama, prompt(random, 1 + random.nextInt(50)), 2);
      }
      ProcessMemory.now().requireGrownBy(REGIONS, warm);
    }
  }

  private void growing() throws IOException, InterruptedException {
    try (Llama llama = Llama.open(ModelSource.file(model()), options())) {
      answer(llama, prompt(new Random(SEED), 4), 2);
      ProcessMemory first = ProcessMemory.now();
      for (int length = 5; length < 140; length += 2) {
        answer(llama, prompt(new Random(length), length), 1);
      }
      ProcessMemory.now().requireGrownBy(REGIONS, first);
    }
  }

  private void lives() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    ProcessMemory warm = ProcessMemory.now();
    for (int life = 0; life < CYCLES + WARM; life++) {
      live(models.get(life % models.size()), random);
      if (life == WARM) {
        warm = ProcessMemory.now();
      }
    }
    ProcessMemory.now().requireGrownBy(ProcessMemory.NOISE, warm);
  }

  private void live(Path model, Random random) {
    LlamaOptions options =
        options()
            .withThreads(1 + random.nextInt(3))
            .withContextLength(64 + random.nextInt(200))
            .withBatchTokens(1 + random.nextInt(200))
            .withKvPrecision(random.nextBoolean() ? KvPrecision.F16 : KvPrecision.Q8_0)
            .withBatchInvariance(random.nextBoolean() ? BatchInvariance.ON : BatchInvariance.OFF);
    try (Llama llama = Llama.open(ModelSource.file(model), options)) {
      int room = llama.info().context() - 40;
      for (int i = random.nextInt(5); i > 0; i--) {
        int[] prompt = prompt(random, 1 + random.nextInt(room));
        GenerationOptions most = GenerationOptions.greedy().withMaxTokens(1 + random.nextInt(30));
        List<Generation> answers =
            llama.generateSeveral(Prompt.tokens(prompt), most, 1 + random.nextInt(3)).list();
        switch (random.nextInt(3)) {
          case 0 -> answers.forEach(Generation::text);
          case 1 -> answers.forEach(Generation::cancel);
          default -> {} // left alone when the model closes under it
        }
      }
    }
  }

  private void loaders() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < LOADERS; i++) {
      loaders.add(answerInItsOwnLoader(model().toString()));
    }
    // the last may still be on a stack or in a cache of the JVM
    List<WeakReference<ClassLoader>> old = loaders.subList(0, LOADERS - 1);
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (old.stream().anyMatch(each -> each.get() != null) && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(20);
    }
    long alive = old.stream().filter(loader -> loader.get() != null).count();
    if (alive > 0) {
      throw new AssertionError(alive + " class loaders are alive of " + old.size());
    }
  }

  /// Opens, answers and closes as a web application does: with classes of its own, by reflection.
  private WeakReference<ClassLoader> answerInItsOwnLoader(String model) throws Exception {
    String[] path = System.getProperty("java.class.path").split(java.io.File.pathSeparator);
    URL[] urls = Arrays.stream(path).map(MemoryProgram::url).toArray(URL[]::new);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      Class<?> program = loader.loadClass(MemoryProgram.class.getName());
      Method use = program.getDeclaredMethod("use", String.class, String.class);
      use.setAccessible(true);
      int tokens = (int) use.invoke(null, model, tier);
      if (!loader.equals(program.getClassLoader()) || tokens != 3) {
        throw new AssertionError("3 tokens of a model's own loader are wanted, found " + tokens);
      }
      return new WeakReference<>(loader);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /// What the class of another loader does.
  ///
  /// @return tokens of an answer
  static int use(String model, String tier) {
    try (Llama llama =
        Llama.open(
            ModelSource.of(model),
            LlamaOptions.defaults()
                .withTier(KernelTier.valueOf(tier.toUpperCase(Locale.ROOT)))
                .withThreads(2))) {
      return answer(llama, new int[] {1, 7, 9, 11}, 3);
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }

  private Path model() {
    return models.stream()
        .filter(file -> file.toString().contains("Q4_0"))
        .findFirst()
        .orElseThrow();
  }

  private LlamaOptions options() {
    return LlamaOptions.defaults()
        .withTier(KernelTier.valueOf(tier.toUpperCase(Locale.ROOT)))
        .withThreads(2);
  }

  private static int answer(Llama llama, int[] prompt, int tokens) {
    GenerationOptions options = GenerationOptions.greedy().withMaxTokens(tokens);
    try (Generation answer = llama.generate(Prompt.tokens(prompt), options)) {
      return answer.tokens().length;
    }
  }

  private static int[] prompt(Random random, int length) {
    return random.ints(length, 0, 256).toArray();
  }

  private static void requireNoThreads() throws InterruptedException {
    List<String> names = List.of("not looked yet");
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!names.isEmpty()
        && System.nanoTime() < end) { // one that ended is listed a moment longer
      Thread.sleep(10);
      names =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("puna-"))
              .toList();
    }
    if (!names.isEmpty()) {
      throw new AssertionError("threads outlive their model: " + names);
    }
  }
}
