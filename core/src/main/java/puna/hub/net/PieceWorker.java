package puna.hub.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import puna.error.ModelDownloadException;

/// One connection that brings pieces until none is left.
final class PieceWorker {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int ENOUGH_OF_A_PIECE = 16; // a part of it, for failures to be forgotten

  /// What all connections of a transfer share.
  record Task(
      Http http,
      RemoteFile remote,
      PieceMap map,
      FileChannel file,
      Queue<Integer> missing,
      Queue<PieceEvent> events,
      RemoteLocation location) {}

  private final Task task;
  private final PieceMap map;
  private boolean isAlone; // known to its own thread alone, once it runs
  private final Refusals refusals;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private volatile @Nullable InputStream body;
  private volatile long heard = System.nanoTime();

  /// @param isAlone whether it goes ahead alone, and may begin the file again
  PieceWorker(Task task, boolean isAlone) {
    this.task = task;
    this.map = task.map;
    this.isAlone = isAlone;
    HubSettings settings = task.http.settings();
    String place = Http.shown(task.remote.uri());
    this.refusals = new Refusals(settings, place, "", place);
    this.thread = Thread.ofPlatform().daemon().name("puna-download").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      for (Integer piece = task.missing.poll(); piece != null; piece = task.missing.poll()) {
        bring(piece);
        if (isStopped()) {
          return;
        }
        task.events.add(new PieceEvent.Done(piece));
      }
      task.events.add(new PieceEvent.Ended());
    } catch (Throwable failure) { // whatever it is, somebody waits for it
      task.events.add(new PieceEvent.Failed(failure));
    }
  }

  private void bring(int piece) throws StaleException, InterruptedException {
    Patience patience = new Patience(task.http.settings().pace(), task.remote.uri().getHost());
    while (!map.isDone(piece) && !isStopped()) {
      try {
        attempt(piece, patience);
      } catch (IOException e) {
        if (!isStopped()) {
          pause(patience.after(e));
        }
      }
    }
  }

  private void pause(Duration pause) throws InterruptedException {
    var _ = stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void attempt(int piece, Patience patience)
      throws IOException, StaleException, InterruptedException {
    long from = map.position(piece);
    Optional<URI> known = task.location.known();
    heard = System.nanoTime();
    try (HttpAnswer answer =
        task.http.get(known.orElse(task.remote.uri()), headers(from, map.end(piece)))) {
      body = answer.body();
      heard = System.nanoTime();
      requireContent(answer, known.isPresent());
      task.location.learn(answer.uri());
      if (answer.status() == 206) {
        requirePiece(answer, from, map.end(piece));
        copy(piece, answer.body());
        if (map.position(piece) - from >= map.length(piece) / ENOUGH_OF_A_PIECE) {
          patience.progressed();
        }
      } else {
        bringAll(answer);
      }
    } finally {
      body = null;
    }
  }

  private Map<String, String> headers(long from, long end) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("range", "bytes=%s-%s".formatted(from, end - 1));
    // A weak tag cannot stand there: it does not promise equal bytes.
    map.version()
        .filter(tag -> tag.startsWith("\""))
        .ifPresent(tag -> headers.put("if-range", tag));
    return headers;
  }

  private void requireContent(HttpAnswer answer, boolean wasKnown) throws IOException {
    int status = answer.status();
    if (status == 416) {
      throw wrongLength("nothing at that place");
    }
    if (status != 200 && status != 206) {
      if (wasKnown) {
        // What a redirect led to is good for a while only: the hub knows where it is now.
        task.location.forget();
        throw new RetryableException(
            "%s: its server answers %s".formatted(Http.shown(answer.uri()), status),
            answer.retryAfter());
      }
      throw refusals.of(answer, task.remote.path());
    }
    if (answer.isHtml() && !task.remote.path().endsWith(".html")) {
      throw new ModelDownloadException(
          "%s: must be a file, found a web page; check the address, HF_ENDPOINT and proxies"
              .formatted(Http.shown(answer.uri())));
    }
  }

  private void requirePiece(HttpAnswer answer, long from, long end)
      throws IOException, StaleException {
    HttpAnswer.ContentRange range =
        answer
            .contentRange()
            .orElseThrow(() -> new IOException("a piece must say which one it is"));
    if (range.total() != task.remote.bytes()) {
      throw wrongLength(Long.toString(range.total()));
    }
    if (range.first() != from || range.last() >= end) {
      throw new IOException("another piece was answered than was asked for");
    }
    Optional<String> version = answer.header("etag");
    if (map.version().isPresent() && version.isPresent() && !map.version().equals(version)) {
      throw new StaleException();
    }
    if (isAlone) {
      isAlone = false;
      map.setVersion(map.version().or(() -> version));
      task.events.add(new PieceEvent.Ranges());
    }
  }

  private void copy(int piece, InputStream in) throws IOException {
    long left = map.end(piece) - map.position(piece);
    while (left > 0 && !isStopped()) {
      int length = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (length < 0) {
        throw new IOException("the connection ended early");
      }
      heard = System.nanoTime();
      write(map.position(piece), length);
      map.add(piece, length);
      left -= length;
    }
  }

  /// The whole content, from a server that has no pieces, or has another content by now.
  private void bringAll(HttpAnswer answer) throws IOException, StaleException {
    OptionalLong length = answer.contentLength();
    if (length.isPresent() && length.getAsLong() != task.remote.bytes()) {
      throw wrongLength(Long.toString(length.getAsLong()));
    }
    if (!isAlone) {
      throw new StaleException(); // others write to the same file
    }
    map.beginAgain(answer.header("etag"));
    task.missing.clear();
    for (int piece = 0; piece < map.pieces(); piece++) {
      task.missing.add(piece);
    }
    for (int piece = 0; piece < map.pieces() && !isStopped(); piece++) {
      copy(piece, answer.body());
      task.missing.remove(piece);
      task.events.add(new PieceEvent.Done(piece));
    }
    if (!isStopped() && length.isEmpty() && answer.body().read() >= 0) {
      throw wrongLength("more");
    }
  }

  private void write(long position, int length) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
      for (long at = position; bytes.hasRemaining(); ) {
        at += task.file.write(bytes, at);
      }
    } catch (IOException e) {
      throw FileDownload.unwritable(task.remote.path(), e);
    }
  }

  private ModelDownloadException wrongLength(String found) {
    return new ModelDownloadException(
        "%s: must have %s bytes, found %s; try again later, or check HF_ENDPOINT"
            .formatted(Http.shown(task.remote.uri()), task.remote.bytes(), found));
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /// Ends what it does as soon as it can.
  void stop() {
    stopped.countDown();
    cut();
  }

  void cutIfSilent() {
    if (System.nanoTime() - heard > task.http.settings().pace().patience().toNanos()) {
      cut();
    }
  }

  private void cut() {
    InputStream open = body;
    if (open != null) {
      try {
        open.close();
      } catch (IOException _) {
        // It is to end either way.
      }
    }
  }

  /// Waits for its end, whatever happens to the waiting thread.
  ///
  /// @return whether that was interrupted meanwhile
  boolean join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
  }
}
