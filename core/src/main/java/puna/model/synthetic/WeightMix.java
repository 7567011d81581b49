package puna.model.synthetic;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import puna.tensor.TensorType;

/// Which type each matrix of a quantized model file has: the choice behind names such as `Q4_K_M`.
///
/// Source: `llama_tensor_get_type` of llama.cpp's quantization tool, without importance matrix.
/// Experts have the types of dense feed-forward matrices; where there are eight of them, as in
/// Mixtral, the little that is not experts gets more bits.
///
/// @param name as files carry it, such as `Q4_K_M`
/// @param type of the matrices that no rule singles out
public record WeightMix(String name, TensorType type) {
  private static final int MIXTRALS = 8;
  private static final int FEW = 4;

  /// The matrices of a model by what they do.
  public enum Role {
    TOKEN_EMBEDDING,
    /// The embedding where it also serves as output.
    TIED_EMBEDDING,
    OUTPUT,
    ATTENTION_QUERY,
    ATTENTION_KEY,
    ATTENTION_VALUE,
    ATTENTION_OUTPUT,
    FEED_FORWARD_GATE,
    FEED_FORWARD_UP,
    FEED_FORWARD_DOWN
  }

  /// The mix of that name in any case: a tensor type, or one of `Q2_K_S`, `Q3_K_S/M/L`, `Q4_K_S/M`,
  /// `Q5_K_S/M`.
  ///
  /// @throws IllegalArgumentException when there is none
  public static WeightMix named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String base = upper.matches("Q[2345]_K_[SML]") ? upper.substring(0, 4) : upper;
    boolean exists =
        switch (upper) {
          case "Q2_K_M", "Q2_K_L", "Q4_K_L", "Q5_K_L" -> false;
          default -> true;
        };
    // In files the bare names of these three stand for the medium mix.
    String full =
        switch (upper) {
          case "Q3_K", "Q4_K", "Q5_K" -> upper + "_M";
          default -> upper;
        };
    return TensorType.ofName(base)
        .filter(type -> exists && holdsWeights(type))
        .map(type -> new WeightMix(full, type))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no mix of weight types is named '"
                    + name
                    + "'; known are F32, F16, BF16, Q4_0, Q8_0, Q4_K_M and the like"));
  }

  private static boolean holdsWeights(TensorType type) {
    return switch (type) {
      case Q8_1, Q8_K, I8, I16, I32, I64, F64 -> false;
      default -> true;
    };
  }

  /// The name of the mix that has that number in `general.file_type`; empty where none has.
  public static Optional<String> nameOf(long fileType) {
    return Arrays.stream(TensorType.values())
        .flatMap(type ->
            Stream.of("", "_S", "_M", "_L").map(size -> new WeightMix(type.name() + size, type)))
        .filter(mix -> mix.fileType().orElse(-1) == fileType)
        .map(WeightMix::name)
        .findFirst();
  }

  /// The number of this mix in `general.file_type`, where it has one.
  public OptionalInt fileType() {
    int id =
        switch (name) {
          case "F32" -> 0;
          case "F16" -> 1;
          case "Q4_0" -> 2;
          case "Q4_1" -> 3;
          case "Q8_0" -> 7;
          case "Q5_0" -> 8;
          case "Q5_1" -> 9;
          case "Q2_K" -> 10;
          case "Q3_K_S" -> 11;
          case "Q3_K_M" -> 12;
          case "Q3_K_L" -> 13;
          case "Q4_K_S" -> 14;
          case "Q4_K_M" -> 15;
          case "Q5_K_S" -> 16;
          case "Q5_K_M" -> 17;
          case "Q6_K" -> 18;
          case "IQ2_XXS" -> 19;
          case "IQ2_XS" -> 20;
          case "Q2_K_S" -> 21;
          case "IQ3_XXS" -> 23;
          case "IQ1_S" -> 24;
          case "IQ4_NL" -> 25;
          case "IQ3_S" -> 26;
          case "IQ2_S" -> 28;
          case "IQ4_XS" -> 30;
          case "IQ1_M" -> 31;
          case "BF16" -> 32;
          case "TQ1_0" -> 36;
          case "TQ2_0" -> 37;
          default -> -1;
        };
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// The type of one matrix.
  ///
  /// @param layer where it stands; 0 outside of layers
  /// @param columns of the matrix: rows that are no whole blocks fall back to another type
  public TensorType typeOf(Role role, int layer, long columns, ModelShape shape) {
    TensorType wanted =
        switch (type) {
          case F32, F16, BF16, MXFP4, NVFP4, Q1_0, Q2_0 -> type;
          default -> quantized(role, layer, columns, shape);
        };
    return fallback(wanted, columns);
  }

  private TensorType quantized(Role role, int layer, long columns, ModelShape shape) {
    return switch (role) {
      case TIED_EMBEDDING, OUTPUT -> outputType(columns);
      case TOKEN_EMBEDDING -> embeddingType();
      case ATTENTION_KEY -> keyType(shape);
      case ATTENTION_VALUE -> valueType(layer, shape);
      case ATTENTION_OUTPUT ->
          experts(shape) == MIXTRALS ? attentionOutputBesideEight() : attentionOutputType();
      case FEED_FORWARD_DOWN -> downType(layer, shape.layers());
      case ATTENTION_QUERY, FEED_FORWARD_GATE, FEED_FORWARD_UP -> type;
    };
  }

  private static int experts(ModelShape shape) {
    return shape.experts().map(ModelShape.Experts::count).orElse(0);
  }

  /// Whether it is a lattice type of one or two bits, which have rules of their own.
  private boolean isCoarsest() {
    return switch (type) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S -> true;
      default -> false;
    };
  }

  private TensorType attentionOutputType() {
    return switch (name) {
      case "Q2_K" -> TensorType.Q3_K;
      case "Q3_K_M" -> TensorType.Q4_K;
      case "Q3_K_L" -> TensorType.Q5_K;
      default -> type;
    };
  }

  private TensorType attentionOutputBesideEight() {
    return switch (name) {
      case "Q2_K", "Q3_K_S", "Q3_K_M", "Q4_K_S", "Q4_K_M" -> TensorType.Q5_K;
      case "IQ3_XXS", "IQ3_S", "IQ4_NL", "IQ4_XS" -> TensorType.Q5_K;
      default -> isCoarsest() ? TensorType.Q5_K : type;
    };
  }

  private TensorType keyType(ModelShape shape) {
    if (experts(shape) != MIXTRALS) {
      return type;
    }
    return isCoarsest() ? TensorType.Q4_K : TensorType.Q8_0;
  }

  private TensorType outputType(long columns) {
    if (type == TensorType.Q8_0 || columns % type.blockSize() != 0) {
      return TensorType.Q8_0;
    }
    return switch (type) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS -> TensorType.Q5_K;
      default -> TensorType.Q6_K;
    };
  }

  private TensorType embeddingType() {
    return switch (type) {
      case IQ2_XXS, IQ2_XS, IQ1_S, IQ1_M -> TensorType.Q2_K;
      case IQ2_S, IQ3_XXS -> TensorType.IQ3_S;
      case TQ1_0, TQ2_0 -> TensorType.Q4_K;
      default -> type;
    };
  }

  private TensorType valueType(int layer, ModelShape shape) {
    if (isCoarsest() && experts(shape) >= FEW) {
      return TensorType.Q4_K;
    }
    if (!isCoarsest() && experts(shape) == MIXTRALS) {
      return TensorType.Q8_0;
    }
    boolean wideGroups = shape.heads() / shape.kvHeads() >= 4;
    TensorType chosen =
        switch (name) {
          case "Q2_K" -> wideGroups ? TensorType.Q4_K : TensorType.Q3_K;
          case "Q2_K_S" -> wideGroups ? TensorType.Q4_K : type;
          case "Q3_K_M" -> layer < 2 ? TensorType.Q5_K : TensorType.Q4_K;
          case "Q3_K_L" -> TensorType.Q5_K;
          case "Q4_K_M", "Q5_K_M" -> more(layer, shape.layers()) ? TensorType.Q6_K : type;
          case "Q4_K_S" -> layer < 4 ? TensorType.Q5_K : type;
          case "IQ4_NL", "IQ4_XS" -> wideGroups ? TensorType.Q5_K : type;
          default -> type;
        };
    boolean seventyBillion = shape.layers() == 80 && shape.heads() != shape.kvHeads();
    boolean coarse = chosen == TensorType.Q3_K || chosen == TensorType.Q4_K;
    return seventyBillion && coarse ? TensorType.Q5_K : chosen;
  }

  private TensorType downType(int layer, int layers) {
    return switch (name) {
      case "Q2_K" -> TensorType.Q3_K;
      case "Q2_K_S" -> layer < layers / 8 ? TensorType.Q4_K : type;
      case "Q3_K_M" -> layer < layers / 16 ? TensorType.Q5_K : TensorType.Q4_K;
      case "Q3_K_L" -> TensorType.Q5_K;
      case "Q4_K_M", "Q5_K_M" -> more(layer, layers) ? TensorType.Q6_K : type;
      case "Q4_K_S", "IQ4_NL", "IQ4_XS" -> layer < layers / 8 ? TensorType.Q5_K : type;
      default -> type;
    };
  }

  /// Whether a layer is one of those that get more bits: the first and last eighth, and every third
  /// between.
  private static boolean more(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  /// `wanted`, or what takes its place where rows are no whole number of its blocks.
  private static TensorType fallback(TensorType wanted, long columns) {
    if (columns % wanted.blockSize() == 0) {
      return wanted;
    }
    TensorType smaller =
        switch (wanted) {
          case Q4_K -> TensorType.Q5_0;
          case Q5_K -> TensorType.Q5_1;
          case Q6_K -> TensorType.Q8_0;
          case TQ1_0, TQ2_0, NVFP4, Q1_0, Q2_0 -> TensorType.Q4_0;
          default -> TensorType.IQ4_NL;
        };
    return columns % smaller.blockSize() == 0 ? smaller : TensorType.F16;
  }
}
