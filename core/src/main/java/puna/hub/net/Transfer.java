package puna.hub.net;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import puna.error.ModelDownloadException;

/// One attempt to bring all missing pieces of a file: connections side by side, each with its
/// thread, and this thread, which hashes what is there, notes how far it is and cuts connections
/// that are silent.
///
/// The first connection goes ahead alone, until its server is seen to answer with pieces.
final class Transfer {
  private static final long LOOK_MILLIS = 200;

  private final Http http;
  private final DownloadPlace place;
  private final PieceMap map;
  private final Optional<FrontHash> hash;
  private final Meter meter;
  private final Queue<Integer> missing = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<PieceEvent> events = new LinkedBlockingQueue<>();
  private final List<PieceWorker> workers = new ArrayList<>();

  Transfer(Http http, DownloadPlace place, PieceMap map, Optional<FrontHash> hash, Meter meter) {
    this.http = http;
    this.place = place;
    this.map = map;
    this.hash = hash;
    this.meter = meter;
    for (int piece = 0; piece < map.pieces(); piece++) {
      if (!map.isDone(piece)) {
        missing.add(piece);
      }
    }
  }

  /// Returns when all pieces are there.
  ///
  /// @throws StaleException when they do not belong together
  void run(RemoteFile remote, FileChannel file)
      throws IOException, InterruptedException, StaleException {
    PieceWorker.Task task =
        new PieceWorker.Task(http, remote, map, file, missing, events, new RemoteLocation());
    boolean canGoOn = false;
    try {
      start(task);
      watch(task, file);
      canGoOn = true;
    } catch (StaleException e) {
      workers.forEach(PieceWorker::stop);
      canGoOn = true;
      throw e;
    } finally {
      end(canGoOn);
    }
  }

  private void start(PieceWorker.Task task) {
    PieceWorker worker = new PieceWorker(task, workers.isEmpty());
    workers.add(worker);
    worker.start();
  }

  private void watch(PieceWorker.Task task, FileChannel file)
      throws IOException, InterruptedException, StaleException {
    int running = 1;
    while (running > 0) {
      PieceEvent event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      switch (event) {
        case null -> {
          workers.forEach(PieceWorker::cutIfSilent);
          map.save(place.state());
        }
        case PieceEvent.Ranges _ -> {
          int most = Math.min(http.settings().pace().connections(), missing.size() + 1);
          while (workers.size() < most) {
            start(task);
            running++;
          }
        }
        case PieceEvent.Done _ -> map.save(place.state());
        case PieceEvent.Ended _ -> running--;
        case PieceEvent.Failed(Throwable failure) -> rethrow(failure);
      }
      meter.report(map.doneBytes());
      if (hash.isPresent()) {
        hash.get().advance(file, map);
      }
    }
  }

  private static void rethrow(Throwable failure) throws IOException, StaleException {
    switch (failure) {
      case StaleException stale -> throw stale;
      case IOException io -> throw io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new ModelDownloadException(String.valueOf(failure), failure);
    }
  }

  /// Nobody writes to the file any more when this returns, and what was written is noted.
  private void end(boolean canGoOn) throws IOException {
    boolean interrupted = Thread.interrupted();
    if (!canGoOn) {
      workers.forEach(PieceWorker::stop);
      http.close(); // connections that wait for an answer end with it
    }
    for (PieceWorker worker : workers) {
      interrupted |= worker.join();
    }
    map.save(place.state());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
