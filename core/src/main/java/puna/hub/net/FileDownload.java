package puna.hub.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import puna.error.ModelDownloadException;

/// One file on its way to its place, by whoever has the turn; others wait and tell how far it is.
final class FileDownload {
  private static final int MOST_BEGINNINGS = 3;
  private static final byte[] GGUF = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private final Http http;
  private final RemoteFile remote;
  private final DownloadPlace place;
  private final Meter meter;

  FileDownload(Http http, RemoteFile remote, DownloadPlace place, Meter meter) {
    this.http = http;
    this.remote = remote;
    this.place = place;
    this.meter = meter;
  }

  /// @throws ModelDownloadException when the file cannot be fetched; what has come is kept
  void run() throws InterruptedException {
    try {
      place.makeFolders();
      try (FileTurn turn = FileTurn.take(place.lock(), this::tellOfOthers)) {
        assert turn != null;
        if (!Stamp.isVerified(place, remote.content())) {
          fetch();
        }
        meter.report(remote.bytes());
      }
    } catch (ClosedByInterruptException e) {
      throw (InterruptedException) new InterruptedException("while fetching").initCause(e);
    } catch (IOException e) {
      throw unwritable(place.file().toString(), e);
    }
  }

  private void tellOfOthers() {
    PieceMap.read(place, remote).ifPresent(map -> meter.report(map.doneBytes()));
  }

  private void fetch() throws IOException, InterruptedException {
    for (int beginning = 1; beginning <= MOST_BEGINNINGS; beginning++) {
      Optional<PieceMap> earlier = PieceMap.read(place, remote);
      if (earlier.isEmpty()) {
        place.discardPart();
      }
      try {
        transfer(
            earlier.orElseGet(() -> PieceMap.empty(remote, http.settings().pace().pieceBytes())),
            earlier.isPresent());
        return;
      } catch (StaleException _) {
        place.discardPart();
      }
    }
    throw new ModelDownloadException(
        "%s: its content must stay the same while it is fetched, found another each of %s times; try again later"
            .formatted(Http.shown(remote.uri()), MOST_BEGINNINGS));
  }

  private void transfer(PieceMap map, boolean isResumed)
      throws IOException, InterruptedException, StaleException {
    Optional<FrontHash> hash =
        remote.content().checksum().map(expected -> new FrontHash(expected, remote.bytes()));
    try (FileChannel file =
        FileChannel.open(
            place.part(),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      new Transfer(http, place, map, hash, meter).run(remote, file);
      if (Thread.interrupted()) {
        throw new InterruptedException("while fetching");
      }
      requireMagic(file);
      if (hash.isPresent()) {
        hash.get().advance(file, map);
        requireChecksum(hash.get().hex(), isResumed);
      }
      file.force(true);
    }
    Files.move(
        place.part(),
        place.file(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Stamp.write(place, remote.content());
    Files.deleteIfExists(place.state());
  }

  private void requireMagic(FileChannel file) throws IOException {
    if (!remote.path().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      return;
    }
    ByteBuffer first = ByteBuffer.allocate(GGUF.length);
    while (first.hasRemaining() && file.read(first, first.position()) >= 0) {
      // until it is full, or the file ends
    }
    if (!first.flip().equals(ByteBuffer.wrap(GGUF))) {
      place.discardPart();
      throw new ModelDownloadException(
          "%s: a GGUF file must begin with \"GGUF\", found something else; check the address"
              .formatted(Http.shown(remote.uri())));
    }
  }

  /// @param isResumed whether an earlier attempt brought some of it, which a crash of the machine
  ///   may have taken from the disk again
  private void requireChecksum(String found, boolean isResumed) throws IOException, StaleException {
    Checksum expected = remote.content().checksum().orElseThrow();
    if (found.equals(expected.hex())) {
      return;
    }
    if (isResumed) {
      throw new StaleException();
    }
    place.discardPart();
    throw new ModelDownloadException(
        "%s: must have %s, found %s; it was thrown away, try again later or check HF_ENDPOINT"
            .formatted(Http.shown(remote.uri()), expected, found));
  }

  static ModelDownloadException unwritable(String file, IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new ModelDownloadException(
        "%s cannot be written (%s: %s); make room there, or set PUNA_HOME to a folder that can be written; what has come is kept"
            .formatted(file, e.getClass().getSimpleName(), reason),
        e);
  }
}
