package puna.server.guard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.server.exchange.Headers;

/// The keys that callers must show. Only their SHA-256 is kept, and all are compared in the same
/// time whether one fits or not.
public final class Keys {
  private static final String BEARER = "bearer ";

  private final List<byte[]> hashes;

  private Keys(List<byte[]> hashes) {
    this.hashes = hashes;
  }

  /// No key: anybody may call.
  public static Keys none() {
    return new Keys(List.of());
  }

  /// These keys.
  public static Keys of(List<String> keys) {
    return new Keys(keys.stream().map(Keys::hash).toList());
  }

  /// Whether keys are needed at all.
  public boolean areNeeded() {
    return !hashes.isEmpty();
  }

  /// The number of the key that a request shows; empty where it shows none that is known. Clients
  /// show keys in two headers, and a dummy in the other one.
  public Optional<Integer> find(Headers headers) {
    List<String> shown = new ArrayList<>(headers.all("x-api-key"));
    for (String value : headers.all("Authorization")) {
      if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        shown.add(value.substring(BEARER.length()).strip());
      }
    }
    Optional<Integer> found = Optional.empty();
    for (String key : shown) {
      byte[] hash = hash(key);
      for (int i = 0; i < hashes.size(); i++) {
        if (MessageDigest.isEqual(hashes.get(i), hash)) {
          found = Optional.of(i);
        }
      }
    }
    return found;
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
