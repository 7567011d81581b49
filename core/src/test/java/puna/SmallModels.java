package puna;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;

/// Files of models with random weights, made in milliseconds.
final class SmallModels {
  static final int CONTEXT = 512;
  static final int VOCABULARY = 512;

  private static final ModelShape SHAPE =
      new ModelShape(
          "small",
          VOCABULARY,
          CONTEXT,
          256,
          2,
          4,
          2,
          64,
          512,
          1e-5,
          10_000,
          Optional.empty(),
          true,
          Optional.empty());

  private SmallModels() {}

  /// Writes a model.
  ///
  /// @param mix of weight types, such as `Q4_0`
  static Path write(Path folder, String mix) {
    return write(folder, mix, 1);
  }

  static Path write(Path folder, String mix, long seed) {
    Path file = folder.resolve("small-" + mix + "-" + seed + ".gguf");
    try {
      new RandomModel(SHAPE, WeightMix.named(mix), seed).write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
