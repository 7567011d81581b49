package puna.cli;

import java.util.Arrays;

/// A peer's benchmark for tests: `MANNER MODEL THREADS TEST…`.
final class FakePeer {
  private FakePeer() {}

  public static void main(String[] arguments) throws InterruptedException {
    switch (arguments[0]) {
      case "good" -> {
        System.out.println("loading {");
        System.out.println("{not JSON");
        Arrays.stream(arguments)
            .skip(3)
            .forEach(test ->
                System.out.println(
                    "{\"test\": \""
                        + test
                        + "\", \"tokens_per_second\": "
                        + 10 * Integer.parseInt(arguments[2])
                        + "}"));
      }
      case "llama-bench" -> {
        System.out.println("{\"n_prompt\": 512, \"n_gen\": 0, \"avg_ts\": 280.5}");
        System.out.println("{\"n_prompt\": 0, \"n_gen\": 64, \"avg_ts\": 33.25}");
      }
      case "failing" -> {
        System.err.println("no such model");
        System.exit(3);
      }
      case "silent" -> {}
      case "hanging" -> Thread.sleep(600_000);
      default -> System.out.println("what is " + arguments[0] + "?");
    }
  }
}
