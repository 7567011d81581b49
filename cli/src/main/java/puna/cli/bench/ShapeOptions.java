package puna.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.cli.command.UsageException;
import puna.format.ModelFiles;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.ModelShapes;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.tensor.TensorSource;

/// `--shape`: random weights of a named shape, instead of a model.
final class ShapeOptions {
  private static final long SEED = 1;
  private static final String DEFAULT_TYPE = "Q4_0";

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "A shape of the family, such as llama-3.2-1b; an unknown one lists them all.")
  private @Nullable String shape;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "With --shape: the type of its matrices, such as Q8_0 or Q4_K_M (default: Q4_0).")
  private @Nullable String type;

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "With --shape: save the model as this GGUF file, and measure that file.")
  private @Nullable Path target;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description =
          "With --shape: so many layers only, for shapes that are too large whole (default: all).")
  private @Nullable Integer layers;

  boolean isGiven() {
    return shape != null;
  }

  /// Whether options were given that only make sense with a shape.
  boolean needsShape() {
    return type != null || target != null || layers != null;
  }

  /// Where the model is saved.
  Optional<Path> file() {
    return Optional.ofNullable(target);
  }

  /// The model, in memory or as the file that was asked for.
  TensorSource create() throws IOException {
    RandomModel model = model(named(shape == null ? "" : shape));
    if (target == null) {
      return model.load();
    }
    model.write(target);
    return ModelFiles.open(target);
  }

  private static ModelShape named(String shape) {
    return ModelShapes.named(shape)
        .orElseThrow(() ->
            new UsageException(
                "there is no shape '%s'; shapes are %s"
                    .formatted(
                        shape,
                        ModelShapes.all().stream()
                            .map(ModelShape::name)
                            .collect(Collectors.joining(", ")))));
  }

  private RandomModel model(ModelShape whole) {
    try {
      ModelShape found = layers == null ? whole : whole.withLayers(layers);
      return new RandomModel(found, WeightMix.named(type == null ? DEFAULT_TYPE : type), SEED);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
