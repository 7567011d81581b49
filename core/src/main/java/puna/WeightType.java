package puna;

import puna.tensor.TensorType;

/// How weights are kept in memory where they are converted while a model is loaded. The names are
/// GGUF's. More may be added, so a `switch` needs a `default`.
public enum WeightType {
  /// 16 bits a weight, of which 11 of precision.
  F16,
  /// 16 bits a weight, of which 8 of precision and the range of float32.
  BF16,
  /// 8.5 bits a weight: as good as 16 bits for most uses.
  Q8_0,
  /// 6.6 bits a weight.
  Q6_K,
  /// 6 bits a weight.
  Q5_1,
  /// 5.5 bits a weight.
  Q5_0,
  /// 5.5 bits a weight.
  Q5_K,
  /// 5 bits a weight.
  Q4_1,
  /// 4.5 bits a weight: the fastest to load and among the fastest to run.
  Q4_0,
  /// 4.5 bits a weight.
  Q4_K,
  /// 4.5 bits a weight on uneven levels.
  IQ4_NL,
  /// 4.25 bits a weight on uneven levels.
  IQ4_XS,
  /// 4.25 bits a weight: floats of 4 bits.
  MXFP4,
  /// 3.4 bits a weight: answers suffer.
  Q3_K,
  /// 2.6 bits a weight: answers suffer much.
  Q2_K;

  TensorType tensorType() {
    return TensorType.valueOf(name());
  }
}
