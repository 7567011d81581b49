package puna.server.guard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.server.exchange.Headers;
import puna.server.keys.ApiKey;

/// The keys that callers must show. Only their hashes are known, and all are compared in the same
/// time whether one fits or not.
public final class Keys {
  private static final String BEARER = "bearer ";

  private final List<KeyHolder> holders;

  /// @param keys of which callers must show one; none are needed where there are none
  public Keys(List<ApiKey> keys) {
    long now = System.nanoTime();
    this.holders = keys.stream().map(key -> new KeyHolder(key, now)).toList();
  }

  /// Whether keys are needed at all.
  public boolean areNeeded() {
    return !holders.isEmpty();
  }

  /// Who shows a key that is known; empty where none is. Clients show keys in two headers, and a
  /// dummy in the other one.
  public Optional<KeyHolder> find(Headers headers) {
    if (holders.isEmpty()) {
      return Optional.empty(); // nothing to compare with, so nothing to hash
    }
    List<String> shown = new ArrayList<>(headers.all("x-api-key"));
    for (String value : headers.all("Authorization")) {
      if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        shown.add(value.substring(BEARER.length()).strip());
      }
    }
    Optional<KeyHolder> found = Optional.empty();
    for (String key : shown) {
      byte[] hash = bytes(ApiKey.hash(key));
      for (KeyHolder holder : holders) {
        if (MessageDigest.isEqual(bytes(holder.key().sha256()), hash)) {
          found = Optional.of(holder);
        }
      }
    }
    return found;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
