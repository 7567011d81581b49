package puna.hub.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// Which bytes of an unfinished file are there: of each piece its beginning. It is written beside
/// the file, after the bytes, so that a process that is killed loses little.
final class PieceMap {
  private static final long MOST_STATE_BYTES = 16 << 20;
  private static final long LEAST_PIECE = 1 << 10;

  private final String identity;
  private final long bytes;
  private final long pieceBytes;
  private final AtomicLongArray done;
  private volatile Optional<String> version;
  private final AtomicInteger beginnings = new AtomicInteger();

  private PieceMap(RemoteFile remote, long pieceBytes) {
    this.identity = remote.content().identity();
    this.bytes = remote.bytes();
    this.pieceBytes = pieceBytes;
    this.done = new AtomicLongArray(Math.toIntExact((bytes + pieceBytes - 1) / pieceBytes));
    this.version = remote.content().version();
  }

  static PieceMap empty(RemoteFile remote, long pieceBytes) {
    return new PieceMap(remote, pieceBytes);
  }

  /// What an earlier attempt left behind; empty where that is nothing that can be gone on with.
  static Optional<PieceMap> read(DownloadPlace place, RemoteFile remote) {
    try {
      if (remote.content().isAnonymous()
          || !Files.isRegularFile(place.state())
          || !Files.isRegularFile(place.part())
          || Files.size(place.state()) > MOST_STATE_BYTES
          || Files.size(place.part()) > remote.bytes()) {
        return Optional.empty();
      }
      JsonValue state = Json.parse(Files.readString(place.state()), place.state().toString());
      return state instanceof JsonObject object
          ? of(object, remote, Files.size(place.part()))
          : Optional.empty();
    } catch (IOException | JsonException | ArithmeticException _) {
      return Optional.empty(); // a state that cannot be read is none
    }
  }

  private static Optional<PieceMap> of(JsonObject state, RemoteFile remote, long partBytes) {
    long pieceBytes = number(state.members().get("piece"));
    boolean isOfThis =
        HubJson.text(state, "content").filter(remote.content().identity()::equals).isPresent();
    if (!isOfThis
        || pieceBytes < LEAST_PIECE
        || !(state.members().get("done") instanceof JsonArray(List<JsonValue> done))) {
      return Optional.empty();
    }
    PieceMap map = new PieceMap(remote, pieceBytes);
    if (done.size() != map.pieces()) {
      return Optional.empty();
    }
    for (int piece = 0; piece < map.pieces(); piece++) {
      long length = number(done.get(piece));
      boolean isThere =
          length >= 0
              && length <= map.length(piece)
              && (length == 0 || map.start(piece) + length <= partBytes);
      if (!isThere) {
        return Optional.empty();
      }
      map.done.set(piece, length);
    }
    map.version = HubJson.text(state, "version").or(remote.content()::version);
    return Optional.of(map);
  }

  private static long number(@Nullable JsonValue value) {
    return value instanceof JsonNumber(String text) && text.matches("\\d{1,18}")
        ? Long.parseLong(text)
        : -1;
  }

  void save(Path state) throws IOException {
    List<JsonValue> lengths = new ArrayList<>();
    for (int piece = 0; piece < pieces(); piece++) {
      lengths.add(JsonNumber.of(done.get(piece)));
    }
    JsonObject map =
        JsonObject.builder()
            .put("content", identity)
            .putIfPresent("version", version)
            .put("piece", pieceBytes)
            .put("done", lengths)
            .build();
    DownloadPlace.write(state, Json.write(map) + "\n");
  }

  /// Forgets all bytes: the content comes anew from its beginning, as this version.
  void beginAgain(Optional<String> newVersion) {
    for (int piece = 0; piece < pieces(); piece++) {
      done.set(piece, 0);
    }
    version = newVersion;
    beginnings.incrementAndGet();
  }

  /// How often it began again.
  int beginnings() {
    return beginnings.get();
  }

  /// The entity tag of what is there, as far as it was told.
  Optional<String> version() {
    return version;
  }

  void setVersion(Optional<String> told) {
    version = told;
  }

  int pieces() {
    return done.length();
  }

  long pieceBytes() {
    return pieceBytes;
  }

  long start(int piece) {
    return piece * pieceBytes;
  }

  long length(int piece) {
    return Math.min(pieceBytes, bytes - start(piece));
  }

  /// Where the next byte of a piece goes.
  long position(int piece) {
    return start(piece) + done.get(piece);
  }

  long end(int piece) {
    return start(piece) + length(piece);
  }

  boolean isDone(int piece) {
    return done.get(piece) == length(piece);
  }

  void add(int piece, long written) {
    done.addAndGet(piece, written);
  }

  long doneBytes() {
    long sum = 0;
    for (int piece = 0; piece < pieces(); piece++) {
      sum += done.get(piece);
    }
    return sum;
  }

  /// How many bytes from the beginning are there without a gap.
  long front() {
    for (int piece = 0; piece < pieces(); piece++) {
      if (!isDone(piece)) {
        return position(piece);
      }
    }
    return bytes;
  }
}
