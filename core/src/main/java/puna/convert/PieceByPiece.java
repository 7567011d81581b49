package puna.convert;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import puna.gguf.TensorContent;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;

/// A tensor's bytes, computed a piece at a time by all processors.
///
/// @param written is told how many bytes more were written
record PieceByPiece(Tensor tensor, LongConsumer written) implements TensorContent {
  private static final int PIECE_BYTES = 1 << 24;
  private static final int SHARE_BYTES = 1 << 18;

  @Override
  public void writeTo(WritableByteChannel out) throws IOException {
    StoredBytes content = tensor.content();
    long row = tensor.rowBytes() <= PIECE_BYTES ? tensor.rowBytes() : 1;
    long step = Math.max(1, PIECE_BYTES / row) * row;
    int share = Math.toIntExact(Math.max(1, SHARE_BYTES / row) * row);
    byte[] piece = new byte[Math.toIntExact(Math.min(step, content.size()))];
    MemorySegment memory = MemorySegment.ofArray(piece);
    for (long start = 0; start < content.size(); start += step) {
      long from = start;
      int length = (int) Math.min(piece.length, content.size() - from);
      IntStream.range(0, Math.ceilDiv(length, share))
          .parallel()
          .forEach(i -> {
            int at = i * share;
            content.read(from + at, memory.asSlice(at, Math.min(share, length - at)));
          });
      writeFully(ByteBuffer.wrap(piece, 0, length), out);
      written.accept(length);
    }
  }

  private static void writeFully(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
