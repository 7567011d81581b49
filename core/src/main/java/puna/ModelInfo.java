package puna;

import java.nio.file.Path;
import java.util.Optional;
import puna.sample.SamplingOptions;

/// What is known of an open model.
public final class ModelInfo {
  private final Facts facts;

  /// What is known of a model.
  ///
  /// @param device and `kernels`: for people
  record Facts(
      String name,
      Path file,
      String architecture,
      long parameters,
      long bytes,
      int vocabulary,
      int trainedContext,
      int context,
      Optional<String> chatFormat,
      SamplingOptions sampling,
      String device,
      String kernels,
      long loadNanos) {}

  ModelInfo(Facts facts) {
    this.facts = facts;
  }

  /// The model's own name, or its file's.
  public String name() {
    return facts.name;
  }

  /// Where it was read from; of several files the first.
  public Path file() {
    return facts.file;
  }

  /// Such as `llama`.
  public String architecture() {
    return facts.architecture;
  }

  /// How many numbers its tensors hold.
  public long parameters() {
    return facts.parameters;
  }

  /// The size of its tensors in the file.
  public long bytes() {
    return facts.bytes;
  }

  /// How many tokens it knows.
  public int vocabulary() {
    return facts.vocabulary;
  }

  /// Positions that it was trained for.
  public int trainedContext() {
    return facts.trainedContext;
  }

  /// Positions that an answer and its prompt may take here.
  public int context() {
    return facts.context;
  }

  /// The name of its chat format, where it has one that is known.
  public Optional<String> chatFormat() {
    return facts.chatFormat;
  }

  /// How its answers are drawn where the options do not say otherwise.
  public SamplingOptions sampling() {
    return facts.sampling;
  }

  /// The device and how it is used, for people.
  public String device() {
    return facts.device;
  }

  /// The kernel of each type in the file, with reasons, for people.
  public String kernels() {
    return facts.kernels;
  }

  /// How long opening took.
  public long loadNanos() {
    return facts.loadNanos;
  }

  @Override
  public String toString() {
    return "ModelInfo[%s, %s, context %d]".formatted(name(), file(), context());
  }
}
