package puna;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import puna.chat.format.ChatTemplates;
import puna.chat.tools.Thinking;
import puna.chat.tools.ToolSupport;
import puna.error.ModelReadException;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.model.synthetic.WeightMix;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.token.Tokenizer;

/// Reads what a model's file says of it, without its weights.
final class ModelInspector {
  private ModelInspector() {}

  /// @throws puna.error.ModelException when the model's file cannot be read, or is none
  static ModelCard inspect(ModelSource source) {
    try (ModelContents file = ModelFiles.open(source.resolve())) {
      Metadata metadata = file.metadata();
      return new ModelCard(
          origin(file), sizes(file, metadata), abilities(file, metadata), json(metadata));
    }
  }

  private static ModelCard.Origin origin(ModelContents file) {
    long bytes = 0;
    Instant modified = Instant.EPOCH;
    try {
      for (Path part : file.files()) {
        bytes += Files.size(part);
        Instant time = Files.getLastModifiedTime(part).toInstant();
        modified = time.isAfter(modified) ? time : modified;
      }
    } catch (IOException e) {
      throw new ModelReadException(
          "%s: its size and time cannot be read: %s".formatted(file.origin(), e), e);
    }
    Path first = file.files().getFirst();
    String name = file.metadata().stringIfAny("general.name").orElse(first.toString());
    return new ModelCard.Origin(name, first, bytes, modified);
  }

  private static ModelCard.Sizes sizes(ModelContents file, Metadata metadata) {
    String architecture = metadata.requireString("general.architecture");
    long parameters =
        file.tensors().values().stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    return new ModelCard.Sizes(
        architecture,
        parameters,
        weightType(file, metadata),
        positive(metadata, architecture + ".context_length"),
        positive(metadata, architecture + ".embedding_length"));
  }

  private static OptionalLong positive(Metadata metadata, String key) {
    return metadata.values().get(key) instanceof Long value && value > 0
        ? OptionalLong.of(value)
        : OptionalLong.empty();
  }

  private static String weightType(ModelContents file, Metadata metadata) {
    OptionalLong type =
        metadata.values().get("general.file_type") instanceof Long id
            ? OptionalLong.of(id)
            : OptionalLong.empty();
    Optional<String> named =
        type.isPresent() ? WeightMix.nameOf(type.getAsLong()) : Optional.empty();
    return named.orElseGet(() -> mostOfAll(file.tensors().values()));
  }

  private static String mostOfAll(Iterable<Tensor> tensors) {
    Map<String, Long> elements = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      elements.merge(tensor.type().name(), tensor.shape().elements(), Long::sum);
    }
    return elements.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElse("none");
  }

  private static ModelCard.Abilities abilities(ModelContents file, Metadata metadata) {
    ModelWarnings warnings = new ModelWarnings(); // told when the model is opened
    Tokenizer tokenizer = file.tokenizer(warnings);
    ChatTemplates.Chosen chat =
        file.chat(tokenizer, Clock.system(ZoneId.systemDefault()), warnings);
    boolean thinks =
        chat.format().isPresent() && Thinking.of(chat.source()).start() != Thinking.Start.NEVER;
    return new ModelCard.Abilities(
        Optional.of(chat.source()).filter(text -> !text.isEmpty()),
        chat.format().isPresent(),
        ToolSupport.of(chat.format(), chat.source(), file.origin()).listsTools(),
        thinks,
        InfillMarks.find(metadata, tokenizer).isPresent(),
        positive(metadata, "llama.pooling_type").isPresent());
  }

  private static JsonObject json(Metadata metadata) {
    JsonObject.Builder members = JsonObject.builder();
    metadata.values().forEach((key, value) -> members.put(key, json(value)));
    return members.build();
  }

  private static JsonValue json(Object value) {
    return switch (value) {
      case Long number -> JsonNumber.of(number);
      case Double number when Double.isFinite(number) -> JsonNumber.of(number);
      case Boolean flag -> JsonBoolean.of(flag);
      case String text -> new JsonString(text);
      default -> JsonNull.NULL;
    };
  }
}
