package puna.model.synthetic;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import puna.model.synthetic.ModelShape.Experts;
import puna.model.synthetic.ModelShape.RopeStretch;

/// The shapes of the family by name.
///
/// Sources: the model cards and configurations of Meta, Hugging Face, Mistral AI and llama2.c.
public final class ModelShapes {
  private static final String DENSE =
      """
      name              layers width heads kv head feed  vocabulary base   stretch eps  context output
      llama-7b              32  4096   32  32  128 11008      32000 10000        1 1e-6    2048 own
      llama-13b             40  5120   40  40  128 13824      32000 10000        1 1e-6    2048 own
      llama-33b             60  6656   52  52  128 17920      32000 10000        1 1e-6    2048 own
      llama-65b             80  8192   64  64  128 22016      32000 10000        1 1e-5    2048 own
      llama-2-7b            32  4096   32  32  128 11008      32000 10000        1 1e-5    4096 own
      llama-2-13b           40  5120   40  40  128 13824      32000 10000        1 1e-5    4096 own
      llama-2-70b           80  8192   64   8  128 28672      32000 10000        1 1e-5    4096 own
      code-llama-7b         32  4096   32  32  128 11008      32016 1000000      1 1e-5   16384 own
      code-llama-13b        40  5120   40  40  128 13824      32016 1000000      1 1e-5   16384 own
      code-llama-34b        48  8192   64   8  128 22016      32000 1000000      1 1e-5   16384 own
      code-llama-70b        80  8192   64   8  128 28672      32016 1000000      1 1e-5   16384 own
      llama-3-8b            32  4096   32   8  128 14336     128256 500000       1 1e-5    8192 own
      llama-3-70b           80  8192   64   8  128 28672     128256 500000       1 1e-5    8192 own
      llama-3.1-8b          32  4096   32   8  128 14336     128256 500000       8 1e-5  131072 own
      llama-3.1-70b         80  8192   64   8  128 28672     128256 500000       8 1e-5  131072 own
      llama-3.1-405b       126 16384  128   8  128 53248     128256 500000       8 1e-5  131072 own
      llama-3.2-1b          16  2048   32   8   64  8192     128256 500000      32 1e-5  131072 tied
      llama-3.2-3b          28  3072   24   8  128  8192     128256 500000      32 1e-5  131072 tied
      llama-3.3-70b         80  8192   64   8  128 28672     128256 500000       8 1e-5  131072 own
      smollm2-135m          30   576    9   3   64  1536      49152 100000       1 1e-5    8192 tied
      smollm2-360m          32   960   15   5   64  2560      49152 100000       1 1e-5    8192 tied
      smollm2-1.7b          24  2048   32  32   64  8192      49152 130000       1 1e-5    8192 tied
      tinyllama-1.1b        22  2048   32   4   64  5632      32000 10000        1 1e-5    2048 own
      mistral-7b            32  4096   32   8  128 14336      32000 1000000      1 1e-5   32768 own
      mistral-7b-v0.3       32  4096   32   8  128 14336      32768 1000000      1 1e-5   32768 own
      open-llama-3b         26  3200   32  32  100  8640      32000 10000        1 1e-6    2048 own
      stories260k            5    64    8   4    8   172        512 10000        1 1e-5     512 tied
      stories15m             6   288    6   6   48   768      32000 10000        1 1e-5     256 tied
      stories42m             8   512    8   8   64  1376      32000 10000        1 1e-5    1024 tied
      stories110m           12   768   12  12   64  2048      32000 10000        1 1e-5    1024 tied
      """;
  private static final ModelShape SCOUT =
      fourth(
          "llama-4-scout",
          10485760,
          Optional.of(new RopeStretch(16, 1, 1, 8192)),
          new Experts(16, 1, 1, 8192, 1));
  private static final ModelShape MAVERICK =
      fourth("llama-4-maverick", 1048576, Optional.empty(), new Experts(128, 1, 2, 8192, 1));
  private static final ModelShape MIXTRAL =
      new ModelShape(
          "mixtral-8x7b",
          32000,
          32768,
          4096,
          32,
          32,
          8,
          128,
          14336,
          1e-5,
          1000000,
          Optional.empty(),
          false,
          Optional.of(new Experts(8, 2, 1, 14336, 0)));
  private static final List<ModelShape> ALL =
      Stream.concat(
              DENSE.lines().skip(1).map(ModelShapes::parse), Stream.of(MIXTRAL, SCOUT, MAVERICK))
          .toList();

  private ModelShapes() {}

  /// Every named shape, oldest first.
  public static List<ModelShape> all() {
    return ALL;
  }

  /// The shape of that name, in any case.
  public static Optional<ModelShape> named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(shape -> shape.name().equals(wanted)).findFirst();
  }

  /// What the models of the fourth generation have in common.
  private static ModelShape fourth(
      String name, int context, Optional<RopeStretch> stretch, Experts experts) {
    return new ModelShape(
        name,
        202048,
        context,
        5120,
        48,
        40,
        8,
        128,
        16384,
        1e-5,
        500000,
        stretch,
        false,
        Optional.of(experts));
  }

  private static ModelShape parse(String line) {
    String[] fields = line.strip().split(" +");
    int[] extents = new int[8];
    for (int i = 1; i < extents.length; i++) {
      extents[i] = Integer.parseInt(fields[i]);
    }
    double stretch = Double.parseDouble(fields[9]);
    return new ModelShape(
        fields[0],
        extents[7],
        Integer.parseInt(fields[11]),
        extents[2],
        extents[1],
        extents[3],
        extents[4],
        extents[5],
        extents[6],
        Double.parseDouble(fields[10]),
        Double.parseDouble(fields[8]),
        stretch == 1 ? Optional.empty() : Optional.of(new RopeStretch(stretch, 1, 4, 8192)),
        fields[12].equals("tied"),
        Optional.empty());
  }
}
