package puna.hub.net;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import puna.error.ModelDownloadException;
import puna.settings.HubVariables;

/// Which hub is asked, as whom, and how.
///
/// @param endpoint its address, without a slash at the end
/// @param offline the setting that forbids to connect
public record HubSettings(
    URI endpoint,
    Optional<Token> token,
    Optional<String> offline,
    ProxySelector proxies,
    Pace pace) {
  private static final String PUBLIC_HUB = "https://huggingface.co";
  private static final int LONGEST_TOKEN_FILE = 1 << 16;

  /// What the environment says. Files are read here, nothing is connected to.
  ///
  /// @throws ModelDownloadException when a setting is malformed
  public static HubSettings ofEnvironment() {
    return new HubSettings(
        endpoint(HubVariables.endpoint().orElse(PUBLIC_HUB)),
        HubVariables.offline().isPresent() ? Optional.empty() : environmentToken(),
        HubVariables.offline(),
        new EnvironmentProxies(HubVariables::proxy),
        Pace.NORMAL);
  }

  /// The same, and `setting` forbids to connect.
  public HubSettings offline(String setting) {
    return new HubSettings(endpoint, token, Optional.of(setting), proxies, pace);
  }

  /// The hub's name for people.
  public String host() {
    return endpoint.getHost();
  }

  /// Whether an address lies at the hub itself.
  public boolean isOfHub(URI uri) {
    return Origin.of(uri).equals(Origin.of(endpoint));
  }

  private static URI endpoint(String text) {
    try {
      URI uri = new URI(text.strip().replaceAll("/+$", ""));
      if (Origin.of(uri).isPresent() && uri.getRawQuery() == null && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new ModelDownloadException(
        "HF_ENDPOINT: must be an http or https address, such as " + PUBLIC_HUB);
  }

  private static Optional<Token> environmentToken() {
    return HubVariables.token()
        .map(text -> new Token(text.value(), text.name()))
        .or(() -> HubVariables.tokenFile().flatMap(HubSettings::read));
  }

  private static Optional<Token> read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_TOKEN_FILE) {
        return Optional.empty();
      }
      String text = Files.readString(file).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(new Token(text, file.toString()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new ModelDownloadException(
          "%s: the hub's token cannot be read (%s); make it readable, or set HF_TOKEN"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }
}
