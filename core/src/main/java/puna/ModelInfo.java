package puna;

import java.nio.file.Path;
import java.util.Optional;
import puna.sample.SamplingOptions;

/// Facts about an open model, and how it runs on this machine.
public final class ModelInfo {
  private final Facts facts;

  /// What is known of a model.
  ///
  /// @param chatTemplate its text; empty for none
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
      String chatTemplate,
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

  /// The file that it was read from; the first one of a split model.
  public Path file() {
    return facts.file;
  }

  /// The architecture as its file names it, such as `llama`.
  public String architecture() {
    return facts.architecture;
  }

  /// How many parameters (weights) it has.
  public long parameters() {
    return facts.parameters;
  }

  /// The size of its tensors in the file, in bytes.
  public long bytes() {
    return facts.bytes;
  }

  /// The size of its vocabulary, in tokens.
  public int vocabulary() {
    return facts.vocabulary;
  }

  /// The context window that it was trained for, in tokens.
  public int trainedContext() {
    return facts.trainedContext;
  }

  /// The context window as opened, in tokens: the most that a prompt and its answer may have
  /// together.
  public int context() {
    return facts.context;
  }

  /// The name of its chat format; empty where it has none that Puna knows.
  public Optional<String> chatFormat() {
    return facts.chatFormat;
  }

  /// The text of the chat template that its file brings; empty where it has none.
  public Optional<String> chatTemplate() {
    return Optional.of(facts.chatTemplate).filter(text -> !text.isEmpty());
  }

  /// The sampling parameters that apply where the options set none.
  public SamplingOptions sampling() {
    return facts.sampling;
  }

  /// A description of the device and how it is used, for people.
  public String device() {
    return facts.device;
  }

  /// A description of which kernel multiplies each weight type of the file and why, for people.
  public String kernels() {
    return facts.kernels;
  }

  /// How long opening took, in nanoseconds.
  public long loadNanos() {
    return facts.loadNanos;
  }

  @Override
  public String toString() {
    return "ModelInfo[%s, %s, context %s]".formatted(name(), file(), context());
  }
}
