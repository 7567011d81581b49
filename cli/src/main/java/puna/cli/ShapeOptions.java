package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.tensor.TensorSource;

/// `--shape`: random weights of a named shape, instead of a model.
final class ShapeOptions {
  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "A shape of the family, such as llama-3.2-1b; an unknown one lists them all.")
  private @Nullable String shape;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "With --shape: the type of its matrices (default: Q4_0).")
  private @Nullable String type;

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "With --shape: save the model as this GGUF file, and measure that file.")
  private @Nullable Path target;

  boolean isGiven() {
    return shape != null;
  }

  /// Whether options were given that only make sense with a shape.
  boolean needsShape() {
    return type != null || target != null;
  }

  TensorSource create(Console console) throws IOException {
    throw new UsageException("shapes are not there yet");
  }
}
