package puna.settings;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What the environment says of the hub, by the names that the hub's own tools know.
public final class HubVariables {
  private static final Set<String> NO = Set.of("0", "off", "no", "false");

  private HubVariables() {}

  /// `HF_ENDPOINT`: the hub's address.
  public static Optional<String> endpoint() {
    return Settings.value("puna.hub.endpoint", "HF_ENDPOINT").map(Settings.Text::value);
  }

  /// `HF_TOKEN`, or the older name of it.
  public static Optional<Settings.Text> token() {
    return Settings.variable("HF_TOKEN").or(() -> Settings.variable("HUGGING_FACE_HUB_TOKEN"));
  }

  /// The file that the hub's tools keep a token in; it need not exist.
  public static Optional<Path> tokenFile() {
    return Settings.variable("HF_TOKEN_PATH")
        .flatMap(text -> Settings.path(text.value()))
        .or(() -> folder("HF_HOME").map(home -> home.resolve("token")))
        .or(() ->
            folder("XDG_CACHE_HOME")
                .or(() -> Settings.userFolder().map(home -> home.resolve(".cache")))
                .map(cache -> cache.resolve("huggingface").resolve("token")));
  }

  private static Optional<Path> folder(String variable) {
    return Settings.variable(variable).flatMap(text -> Settings.path(text.value()));
  }

  /// The setting that forbids to connect, if one does: `PUNA_OFFLINE` or `HF_HUB_OFFLINE`.
  public static Optional<String> offline() {
    return Settings.value("puna.offline", "PUNA_OFFLINE")
        .or(() -> Settings.variable("HF_HUB_OFFLINE"))
        .filter(text -> !NO.contains(text.value().strip().toLowerCase(Locale.ROOT)))
        .map(Settings.Text::name);
  }

  /// A variable of proxies, such as `https_proxy`, in small letters or, else, in capitals.
  public static Optional<String> proxy(String name) {
    return Settings.variable(name)
        .or(() -> Settings.variable(name.toUpperCase(Locale.ROOT)))
        .map(Settings.Text::value);
  }
}
