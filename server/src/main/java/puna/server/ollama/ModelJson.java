package puna.server.ollama;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import puna.LlamaOptions;
import puna.ModelCard;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.ServedModel;

/// What a model's card says, as JSON.
final class ModelJson {
  private static final String LATEST = ":latest";
  private static final int NAME_COLUMNS = 30;
  private static final Map<String, String> SAMPLING = sampling();

  private ModelJson() {}

  /// Ollama's names of sampling parameters by those of GGUF's keys.
  private static Map<String, String> sampling() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("temp", "temperature");
    names.put("top_k", "top_k");
    names.put("top_p", "top_p");
    names.put("min_p", "min_p");
    names.put("penalty_repeat", "repeat_penalty");
    names.put("penalty_last_n", "repeat_last_n");
    return names;
  }

  /// A name with its tag, which lists always show.
  static String tagged(String name) {
    return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + LATEST : name;
  }

  /// A name without the tag that is as good as none.
  static String untagged(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(LATEST)
        ? name.substring(0, name.length() - LATEST.length())
        : name;
  }

  /// What lists of models have in common.
  static JsonObject.Builder entry(String name, long bytes, ModelCard card) {
    return JsonObject.builder()
        .put("name", tagged(name))
        .put("model", tagged(name))
        .put("size", bytes)
        .put("digest", digest(card))
        .put("details", details(card));
  }

  /// Tells models apart, and versions of one: by what changes with them, since a file may have
  /// hundreds of gigabytes.
  private static String digest(ModelCard card) {
    String facts =
        "%s\n%s\n%s".formatted(card.file().getFileName(), card.fileBytes(), card.modified());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(facts.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static JsonObject.Builder details(ModelCard card) {
    JsonObject.Builder details =
        JsonObject.builder()
            .put("parent_model", "")
            .put("format", "gguf")
            .put("family", card.architecture())
            .put("families", List.of(new JsonString(card.architecture())))
            .put("parameter_size", parameterSize(card.parameters()))
            .put("quantization_level", card.weightType());
    card.trainedContext().ifPresent(tokens -> details.put("context_length", tokens));
    card.embeddingDimensions().ifPresent(width -> details.put("embedding_length", width));
    return details;
  }

  /// Such as `134.52M` or `8.0B`, as Ollama writes them.
  static String parameterSize(long parameters) {
    if (parameters >= 1_000_000_000) {
      return String.format(Locale.ROOT, "%.1fB", parameters / 1e9);
    }
    if (parameters >= 1_000_000) {
      return String.format(Locale.ROOT, "%.2fM", parameters / 1e6);
    }
    return parameters >= 1000
        ? String.format(Locale.ROOT, "%.2fK", parameters / 1e3)
        : Long.toString(parameters);
  }

  /// What a model can do.
  static List<JsonString> capabilities(ModelCard card) {
    List<JsonString> all = new ArrayList<>();
    all.add(new JsonString(card.embeds() ? "embedding" : "completion"));
    if (card.takesTools()) {
      all.add(new JsonString("tools"));
    }
    if (card.infills()) {
      all.add(new JsonString("insert"));
    }
    if (card.thinks()) {
      all.add(new JsonString("thinking"));
    }
    return all;
  }

  /// The file's metadata, and what clients look for there.
  static JsonObject info(ModelCard card) {
    JsonObject.Builder info = card.metadata().toBuilder();
    info.remove("tokenizer.chat_template"); // has a place of its own
    if (info.get("general.basename").isEmpty()) {
      info.put("general.basename", card.name());
    }
    return info.put("general.parameter_count", card.parameters()).build();
  }

  /// The parameters that hold where a request sets none, a line each.
  static String parameters(ServedModel model, ModelCard card) {
    StringBuilder lines = new StringBuilder();
    long trained = card.trainedContext().orElse(LlamaOptions.DEFAULT_CONTEXT_LIMIT);
    long context =
        model.options().contextLength().isPresent()
            ? model.options().contextLength().getAsInt()
            : Math.min(trained, LlamaOptions.DEFAULT_CONTEXT_LIMIT);
    line(lines, "num_ctx", Long.toString(context));
    SAMPLING.forEach((key, name) -> {
      if (card.metadata().get("general.sampling." + key).orElse(JsonValue.JsonNull.NULL)
          instanceof JsonNumber number) {
        line(lines, name, number.text());
      }
    });
    return lines.toString().strip();
  }

  private static void line(StringBuilder lines, String name, String value) {
    lines.append(name).append(" ".repeat(NAME_COLUMNS - name.length())).append(value).append('\n');
  }
}
