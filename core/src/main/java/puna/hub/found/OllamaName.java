package puna.hub.found;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A model's name as Ollama writes it: `[HOST/][NAMESPACE/]MODEL[:TAG]`.
public record OllamaName(String host, String namespace, String model, String tag) {
  /// What stands before such a name in a reference.
  public static final String PREFIX = "ollama:";

  private static final String HOST = "registry.ollama.ai";
  private static final String NAMESPACE = "library";
  private static final String TAG = "latest";
  // No part is "." or "..", and none leads out of its folder.
  private static final Pattern HOST_PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}");

  /// Whether a reference is meant for Ollama's store.
  public static boolean isMeant(String reference) {
    return reference.startsWith(PREFIX);
  }

  /// Reads a name, without the prefix; empty where it is none.
  static Optional<OllamaName> parse(String text) {
    List<String> parts = new ArrayList<>(List.of(text.split("/", -1)));
    String last = parts.removeLast();
    int colon = last.indexOf(':');
    String model = colon < 0 ? last : last.substring(0, colon);
    String tag = colon < 0 ? TAG : last.substring(colon + 1);
    return switch (parts.size()) {
      case 0 -> of(HOST, NAMESPACE, model, tag);
      case 1 -> of(HOST, parts.getFirst(), model, tag);
      case 2 -> of(parts.getFirst(), parts.getLast(), model, tag);
      default -> Optional.empty();
    };
  }

  /// A name by its parts; empty where one can be none.
  static Optional<OllamaName> of(String host, String namespace, String model, String tag) {
    boolean isGood =
        HOST_PART.matcher(host).matches()
            && PART.matcher(namespace).matches()
            && PART.matcher(model).matches()
            && PART.matcher(tag).matches();
    return isGood ? Optional.of(new OllamaName(host, namespace, model, tag)) : Optional.empty();
  }

  /// A repository of the hub as Ollama fetches it.
  ///
  /// @param quant the tag; empty for the one that none names
  public static Optional<OllamaName> ofHub(String user, String name, Optional<String> quant) {
    return of("hf.co", user, name, quant.orElse(TAG));
  }

  List<String> parts() {
    return List.of(host, namespace, model, tag);
  }

  /// The reference that means this model.
  String reference() {
    String name = model + (tag.equals(TAG) ? "" : ":" + tag);
    if (!host.equals(HOST)) {
      return PREFIX + host + "/" + namespace + "/" + name;
    }
    return PREFIX + (namespace.equals(NAMESPACE) ? name : namespace + "/" + name);
  }
}
