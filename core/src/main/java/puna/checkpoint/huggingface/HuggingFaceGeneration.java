package puna.checkpoint.huggingface;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import puna.error.ModelReadException;
import puna.json.JsonPlace;
import puna.json.JsonValue.JsonString;

/// What a folder says of how answers are made: sampling parameters and chat templates, told by
/// GGUF's keys.
final class HuggingFaceGeneration {
  private static final String TEMPLATE_KEY = "tokenizer.chat_template";
  private static final Map<String, String> SAMPLING =
      Map.of(
          "temperature", "temp",
          "top_k", "top_k",
          "top_p", "top_p",
          "min_p", "min_p",
          "repetition_penalty", "penalty_repeat");

  private final HuggingFaceFolder folder;
  private final Map<String, Object> values = new LinkedHashMap<>();

  HuggingFaceGeneration(HuggingFaceFolder folder) {
    this.folder = folder;
  }

  Map<String, Object> metadata() {
    folder.json("generation_config.json").ifPresent(this::sampling);
    templates();
    return values;
  }

  /// Where a model is not meant to be sampled from, transformers does not go by the parameters.
  private void sampling(JsonPlace generation) {
    if (!generation.get("do_sample").map(JsonPlace::isTrue).orElse(false)) {
      return;
    }
    SAMPLING.forEach((name, key) -> {
      JsonPlace found = generation.get(name);
      if (!found.isAbsent()) {
        double value = found.number();
        boolean isInteger = name.equals("top_k");
        values.put("general.sampling." + key, isInteger ? (Object) (long) value : (Object) value);
      }
    });
  }

  /// A file of its own goes before the tokenizer's configuration, as in transformers.
  private void templates() {
    folder
        .bytes("chat_template.jinja")
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .or(() -> folder.json("chat_template.json").map(file -> file.get("chat_template").string()))
        .ifPresentOrElse(text -> values.put(TEMPLATE_KEY, text), this::configured);
    named();
  }

  private void configured() {
    Optional<JsonPlace> config = folder.json(HuggingFaceTokenizerConfig.FILE);
    if (config.isEmpty()) {
      return;
    }
    JsonPlace template = config.get().get("chat_template");
    if (template.value() instanceof JsonString(String text)) {
      values.put(TEMPLATE_KEY, text);
    } else if (!template.isAbsent()) {
      for (JsonPlace one : template.elements()) {
        put(one.get("name").string(), one.get("template").string());
      }
    }
  }

  private void put(String name, String template) {
    values.put(name.equals("default") ? TEMPLATE_KEY : TEMPLATE_KEY + '.' + name, template);
  }

  /// Further templates, each in a file that is named for its purpose.
  private void named() {
    Path further = folder.path().resolve("additional_chat_templates");
    if (!Files.isDirectory(further)) {
      return;
    }
    try (Stream<Path> files = Files.list(further)) {
      List<String> names =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(".jinja"))
              .sorted()
              .toList();
      for (String name : names) {
        folder
            .bytes(further.getFileName() + "/" + name)
            .ifPresent(bytes ->
                put(
                    name.substring(0, name.length() - ".jinja".length()),
                    new String(bytes, StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be read: %s".formatted(further, e.getMessage()), e);
    }
  }
}
