package puna;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import puna.json.JsonValue.JsonObject;

/// What a model's file says of it, from its header: no weights are read, so that it is known soon
/// however large the model is.
public final class ModelCard {
  private final Origin origin;
  private final Sizes sizes;
  private final Abilities abilities;
  private final JsonObject metadata;

  /// @param fileBytes and `modified`: of all files of a split model, and of the one changed last
  record Origin(String name, Path file, long fileBytes, Instant modified) {}

  /// @param weightType for people
  record Sizes(
      String architecture,
      long parameters,
      String weightType,
      OptionalLong trainedContext,
      OptionalLong embeddingDimensions) {}

  /// @param template the text of the chat template; empty for none
  record Abilities(
      Optional<String> template,
      boolean chats,
      boolean takesTools,
      boolean thinks,
      boolean infills,
      boolean embeds) {}

  ModelCard(Origin origin, Sizes sizes, Abilities abilities, JsonObject metadata) {
    this.origin = origin;
    this.sizes = sizes;
    this.abilities = abilities;
    this.metadata = metadata;
  }

  /// Reads it from a model's file, of which nothing stays open.
  ///
  /// @throws puna.error.ModelException when the file cannot be read, or is no model's
  public static ModelCard of(ModelSource source) {
    return ModelInspector.inspect(requireNonNull(source, "source"));
  }

  /// The model's own name, or its file's.
  public String name() {
    return origin.name;
  }

  /// Its file; the first one of a split model.
  public Path file() {
    return origin.file;
  }

  /// The size of its files, in bytes.
  public long fileBytes() {
    return origin.fileBytes;
  }

  /// When its file was changed last.
  public Instant modified() {
    return origin.modified;
  }

  /// The architecture as its file names it, such as `llama`.
  public String architecture() {
    return sizes.architecture;
  }

  /// How many parameters (weights) it has.
  public long parameters() {
    return sizes.parameters;
  }

  /// How its weights are stored, for people: what the file calls it, such as `Q4_K_M`, else the
  /// type that most of them have.
  public String weightType() {
    return sizes.weightType;
  }

  /// The context window that it was trained for, in tokens; empty where the file does not say.
  public OptionalLong trainedContext() {
    return sizes.trainedContext;
  }

  /// How many numbers an embedding has; empty where the file does not say.
  public OptionalLong embeddingDimensions() {
    return sizes.embeddingDimensions;
  }

  /// The text of its chat template; empty where its file has none.
  public Optional<String> chatTemplate() {
    return abilities.template;
  }

  /// Whether it has a chat format that Puna knows: of its template, or of its vocabulary's marks.
  public boolean chats() {
    return abilities.chats;
  }

  /// Whether its chat format has a place for tools. Other models are shown them as text.
  public boolean takesTools() {
    return abilities.takesTools;
  }

  /// Whether its chat format has marks for what a model thinks before it answers.
  public boolean thinks() {
    return abilities.thinks;
  }

  /// Whether its vocabulary has the marks for [Llama#infill].
  public boolean infills() {
    return abilities.infills;
  }

  /// Whether its file says how embeddings are pooled, as files of models that are made for them do.
  public boolean embeds() {
    return abilities.embeds;
  }

  /// The file's metadata, by the names of GGUF's keys; null for each array, since those are the
  /// vocabulary, and for numbers that JSON does not have.
  public JsonObject metadata() {
    return metadata;
  }

  @Override
  public String toString() {
    return "ModelCard[%s, %s, %s]".formatted(name(), file(), weightType());
  }
}
