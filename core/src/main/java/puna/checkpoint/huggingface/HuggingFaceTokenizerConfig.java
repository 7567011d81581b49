package puna.checkpoint.huggingface;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import puna.json.JsonPlace;
import puna.token.file.SpecialTokenRoles;
import puna.token.file.TokenizerSettings;
import puna.token.file.TokenizerSettings.Added;

/// What the configurations of a folder say of its tokenizer.
final class HuggingFaceTokenizerConfig {
  static final String FILE = "tokenizer_config.json";
  private static final int HIGHEST_ID = (1 << 22) - 1;

  private final HuggingFaceFolder folder;

  HuggingFaceTokenizerConfig(HuggingFaceFolder folder) {
    this.folder = folder;
  }

  TokenizerSettings settings() {
    Optional<JsonPlace> own = folder.json(FILE);
    JsonPlace model = HuggingFaceConfig.textOf(folder.requireConfig());
    Set<Integer> ends = new LinkedHashSet<>();
    folder
        .json("generation_config.json")
        .ifPresent(generation -> ends.addAll(ids(generation.get("eos_token_id"))));
    ends.addAll(ids(model.get("eos_token_id")));
    List<Integer> begins = ids(model.get("bos_token_id"));
    return new TokenizerSettings(
        own.flatMap(config -> token(config.get("bos_token"))),
        own.flatMap(config -> token(config.get("eos_token"))),
        begins.isEmpty() ? OptionalInt.empty() : OptionalInt.of(begins.getFirst()),
        List.copyOf(ends),
        own.flatMap(HuggingFaceTokenizerConfig::addsBos),
        own.map(HuggingFaceTokenizerConfig::added).orElse(List.of()));
  }

  SpecialTokenRoles roles() {
    Optional<JsonPlace> own = folder.json(FILE);
    JsonPlace model = folder.requireConfig();
    Map<String, String> texts = new HashMap<>();
    Map<String, Integer> roleIds = new HashMap<>();
    Map<String, Boolean> adds = new HashMap<>();
    for (String role : SpecialTokenRoles.ROLES) {
      own.flatMap(config -> token(config.get(role + "_token")))
          .ifPresent(text -> texts.put(role, text));
      ids(model.get(role + "_token_id")).stream()
          .findFirst()
          .ifPresent(id -> roleIds.put(role, id));
      own.flatMap(config -> flag(config.get("add_" + role + "_token")))
          .ifPresent(added -> adds.put(role, added));
    }
    Optional<Boolean> prefixes = own.flatMap(config -> flag(config.get("add_prefix_space")));
    return new SpecialTokenRoles(texts, roleIds, adds, prefixes);
  }

  private static Optional<Boolean> flag(JsonPlace place) {
    return place.isAbsent()
        ? Optional.empty()
        : Optional.of(place.map(JsonPlace::isTrue).orElse(false));
  }

  /// One id, a list of them, or none.
  private static List<Integer> ids(JsonPlace place) {
    if (place.isAbsent()) {
      return List.of();
    }
    return place.isArray()
        ? place.elements().stream().map(id -> id.integer(0, HIGHEST_ID)).toList()
        : List.of(place.integer(0, HIGHEST_ID));
  }

  /// A token's text, be it written with its properties or without.
  private static Optional<String> token(JsonPlace place) {
    if (place.isAbsent()) {
      return Optional.empty();
    }
    return Optional.of(place.isObject() ? place.get("content").string() : place.string());
  }

  /// The classes of Llama's own tokenizer go by this setting, whatever the tokenizer's file says;
  /// the class for any tokenizer goes by the file.
  private static Optional<Boolean> addsBos(JsonPlace config) {
    JsonPlace kind = config.get("tokenizer_class");
    boolean isLlamas = !kind.isAbsent() && kind.string().matches("(Code)?LlamaTokenizer(Fast)?");
    JsonPlace adds = config.get("add_bos_token");
    return isLlamas && !adds.isAbsent()
        ? Optional.of(adds.map(JsonPlace::isTrue).orElse(true))
        : Optional.empty();
  }

  private static List<Added> added(JsonPlace config) {
    JsonPlace tokens = config.get("added_tokens_decoder");
    if (tokens.isAbsent()) {
      return List.of();
    }
    List<Added> added = new ArrayList<>();
    for (String id : tokens.object().members().keySet()) {
      JsonPlace token = tokens.get(id);
      if (!id.matches("[0-9]{1,7}")) {
        throw token.refusal("must be named by its id");
      }
      added.add(
          new Added(
              Integer.parseInt(id),
              token.get("content").string(),
              token.get("special").map(JsonPlace::isTrue).orElse(false)));
    }
    return added;
  }
}
