package puna.saved;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// The name of a model by what decides its results: a SHA-256 over its hyper-parameters, its
/// tokenizer, and every tensor's name, type, shape, and samples of its bytes.
///
/// Three places of a tensor are read, not all of it, so that opening a model stays fast: training
/// changes every weight a little, and files that differ elsewhere alone do not come about by
/// themselves. What describes a model without deciding its results (`general.name`, the chat
/// template) is left out.
public final class Fingerprint {
  /// Bytes of a fingerprint.
  public static final int BYTES = 32;

  private static final int SAMPLE_BYTES = 256;
  private static final int MOST_ELEMENTS = 1024;
  private static final int PIECE_BYTES = 1 << 16;

  private final byte[] bytes;

  private Fingerprint(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @throws puna.error.ModelReadException when the file cannot be read
  public static Fingerprint of(TensorSource model) {
    Hash hash = new Hash();
    String architecture = model.metadata().stringIfAny("general.architecture").orElse("");
    hash.text(architecture);
    for (Map.Entry<String, Object> value : model.metadata().values().entrySet()) {
      String key = value.getKey();
      boolean decides = key.startsWith(architecture + ".") || key.startsWith("tokenizer.");
      if (decides && !key.startsWith("tokenizer.chat_template")) {
        hash.text(key);
        hash.value(value.getValue());
      }
    }
    model.tensors().values().forEach(hash::tensor);
    return new Fingerprint(hash.end());
  }

  /// That of a model which comes from no file.
  public static Fingerprint ofName(String name) {
    Hash hash = new Hash();
    hash.text(name);
    return new Fingerprint(hash.end());
  }

  /// @param bytes `BYTES` of them
  static Fingerprint ofBytes(byte[] bytes) {
    return new Fingerprint(bytes.clone());
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint fingerprint && Arrays.equals(bytes, fingerprint.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// In hexadecimal digits.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  private static final class Hash {
    private final MessageDigest digest = sha256();
    private final ByteBuffer piece =
        ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-256", e);
      }
    }

    private void drain() {
      digest.update(piece.array(), 0, piece.position());
      piece.clear();
    }

    private void number(long value) {
      if (piece.remaining() < Long.BYTES) {
        drain();
      }
      piece.putLong(value);
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      drain();
      digest.update(utf8);
    }

    void value(Object value) {
      switch (value) {
        case long[] numbers -> {
          number(numbers.length);
          for (int i = 0; i < numbers.length; i += stride(numbers.length)) {
            number(numbers[i]);
          }
        }
        case double[] numbers -> {
          number(numbers.length);
          for (int i = 0; i < numbers.length; i += stride(numbers.length)) {
            number(Double.doubleToLongBits(numbers[i]));
          }
        }
        case boolean[] flags -> text(Arrays.toString(flags));
        case List<?> texts -> texts(texts);
        default -> text(value.toString());
      }
    }

    /// A vocabulary has hundreds of thousands of entries, which no keys or values come from: of
    /// long arrays a thousand and some are looked at.
    private static int stride(int length) {
      return Math.max(1, length / MOST_ELEMENTS);
    }

    /// By length and Java's own hash, which is the same everywhere.
    private void texts(List<?> texts) {
      number(texts.size());
      for (int i = 0; i < texts.size(); i += stride(texts.size())) {
        String letters = texts.get(i).toString();
        number((long) letters.length() << 32 | letters.hashCode() & 0xFFFF_FFFFL);
      }
    }

    void tensor(Tensor tensor) {
      text(tensor.name());
      text(tensor.type() + " " + tensor.shape());
      long size = tensor.byteSize();
      if (size <= 3 * SAMPLE_BYTES) {
        sample(tensor, 0, (int) size);
      } else {
        sample(tensor, 0, SAMPLE_BYTES);
        sample(tensor, size / 2, SAMPLE_BYTES);
        sample(tensor, size - SAMPLE_BYTES, SAMPLE_BYTES);
      }
    }

    private void sample(Tensor tensor, long from, int count) {
      byte[] bytes = new byte[count];
      tensor.content().read(from, MemorySegment.ofArray(bytes));
      drain();
      digest.update(bytes);
    }

    byte[] end() {
      drain();
      return digest.digest();
    }
  }
}
