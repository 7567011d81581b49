package puna;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Optional;
import puna.engine.CacheExchange;
import puna.engine.CacheExchange.Known;
import puna.engine.Engine;
import puna.error.AnswerInterruptedException;
import puna.error.ModelInterruptedException;
import puna.error.PunaException;
import puna.error.SavedStateException;
import puna.saved.AtomicFile;
import puna.saved.BlockFileReader;
import puna.saved.BlockFileWriter;
import puna.saved.BlockFileWriter.Form;
import puna.saved.Fingerprint;
import puna.text.FileText;

/// What of an open model's KV cache goes to files, and comes back.
final class SavedCache {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final byte[] NO_MESSAGES = {};

  private final CacheExchange exchange;
  private final Fingerprint fingerprint;
  private final Optional<CacheFolder> folder;

  SavedCache(Engine engine, Fingerprint fingerprint, Optional<CacheFolder> folder) {
    this.exchange = engine.exchange();
    this.fingerprint = fingerprint;
    this.folder = folder;
  }

  /// Positions of a block.
  int blockPositions() {
    return exchange.shape().blockPositions();
  }

  /// How many of the tokens lie in blocks that a prompt can take up.
  int known(int[] tokens) {
    try (CacheExchange.Outgoing blocks = exchange.beginning(tokens)) {
      return blocks.usable() * blockPositions();
    } catch (InterruptedException e) {
      throw interrupted("looking for cached tokens", e);
    }
  }

  /// Writes a conversation and what the cache knows of its tokens.
  ///
  /// @throws SavedStateException when the file cannot be written
  /// @throws IllegalArgumentException when this cache cannot be written in that form
  void save(Path file, byte[] messages, int[] tokens, Form form) {
    BlockFileWriter.requireForm(exchange.shape(), form);
    try (CacheExchange.Outgoing blocks = exchange.beginning(tokens)) {
      write(file, messages, blocks, form);
    } catch (InterruptedException e) {
      throw interrupted("saving a session", e);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// A channel that an interrupt closes is no fault of the file.
  private static PunaException unwritable(Path file, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return interrupted("writing " + FileText.line(file.toString()), cause);
    }
    return new SavedStateException(
        FileText.line("%s: cannot be written: %s".formatted(file, cause)), cause);
  }

  private static AnswerInterruptedException interrupted(String doing, Exception cause) {
    Thread.currentThread().interrupt();
    return new AnswerInterruptedException("interrupted while " + doing, cause);
  }

  private void write(Path file, byte[] messages, CacheExchange.Outgoing blocks, Form form)
      throws IOException, InterruptedException {
    BlockFileWriter.Subject subject =
        new BlockFileWriter.Subject(fingerprint, exchange.shape(), messages);
    AtomicFile.write(
        file,
        target -> {
          try (BlockFileWriter writer = new BlockFileWriter(target, subject, form)) {
            for (Known known : blocks.blocks()) {
              if (known.bytes() == exchange.shape().bytesPerBlock()) {
                blocks.read(known, writer.block());
                writer.add(known.parent(), known.tokens());
              } else {
                blocks.read(known, writer.farBlock());
                writer.addFar(known.parent(), known.tokens());
              }
            }
            writer.finish();
          }
        });
  }

  /// Reads a file into the cache, as far as there is room.
  ///
  /// @return the conversation's messages
  /// @throws SavedStateException when it is no such file, is broken, or belongs to another model
  byte[] restore(Path file) {
    try (BlockFileReader reader = BlockFileReader.open(file, fingerprint, exchange.shape());
        CacheExchange.Incoming blocks = exchange.incoming()) {
      boolean hasRoom = true;
      while (hasRoom && reader.remaining() > 0) {
        BlockFileReader.Entry entry = reader.next();
        hasRoom = isUsable(entry) && blocks.add(entry.parent(), entry.tokens(), entry.block());
      }
      return reader.messages();
    } catch (InterruptedException e) {
      throw interrupted("restoring a session", e);
    } catch (SavedStateException e) {
      if (e.getCause() instanceof ClosedByInterruptException interrupt) {
        throw interrupted("reading " + FileText.line(file.toString()), interrupt);
      }
      throw e;
    }
  }

  /// A context within a chunk needs the keys and values of all layers.
  private boolean isUsable(BlockFileReader.Entry entry) {
    return exchange.shape().near().isPresent()
        || entry.block().byteSize() == exchange.shape().bytesPerBlock();
  }

  /// Takes up what an earlier process left in the cache folder, if there is one. A file that cannot
  /// be used is a warning: all that is in it can be computed anew.
  ///
  /// @throws ModelInterruptedException when the calling thread is interrupted
  void readFolder() {
    folder.ifPresent(place -> {
      Path file = place.file(fingerprint, exchange.shape());
      if (place.has(file)) {
        try {
          byte[] _ = restore(file);
        } catch (SavedStateException e) {
          warn("cached prefixes are not used: " + e.getMessage());
        } catch (AnswerInterruptedException e) {
          throw new ModelInterruptedException(String.valueOf(e.getMessage()), e);
        }
      }
    });
  }

  private static void warn(String text) {
    LOGGER.log(System.Logger.Level.WARNING, FileText.line(text));
  }

  /// Writes what was used last to the cache folder, as much as is allowed there.
  ///
  /// @throws SavedStateException when it cannot be written
  /// @throws IllegalStateException when there is no such folder
  void writeFolder() {
    CacheFolder place =
        folder.orElseThrow(
            () -> new IllegalStateException("the model was opened without a cache folder"));
    long most = BlockFileWriter.entriesWithin(place.bytes(), exchange.shape());
    Path file = place.file(fingerprint, exchange.shape());
    try (CacheExchange.Outgoing blocks = exchange.recent((int) Math.min(most, Integer.MAX_VALUE))) {
      place.create();
      write(file, NO_MESSAGES, blocks, Form.AS_CACHED);
      place.prune(file);
    } catch (InterruptedException e) {
      throw interrupted("saving cached prefixes", e);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// The same where there is such a folder; what fails is a warning.
  void writeFolderIfAny() {
    if (folder.isPresent()) {
      try {
        writeFolder();
      } catch (SavedStateException | AnswerInterruptedException e) {
        warn("cached prefixes are not kept: " + e.getMessage());
      }
    }
  }
}
