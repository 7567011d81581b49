package puna.checkpoint;

import java.util.Arrays;
import java.util.Random;

/// Small damage to files: bits, bytes, runs of ones, cuts and copies.
public final class Mutations {
  private static final int[] SPECIAL = {
    0, 1, 2, 7, 31, 127, 128, 254, 255, '(', '}', 't', 'R', 'Q'
  };

  private Mutations() {}

  /// @param edges changes lie before the first and from the second on
  public static byte[] mutate(byte[] original, int[] edges, Random random) {
    byte[] bytes = original.clone();
    for (int change = random.nextInt(1, 4); change > 0; change--) {
      int near = random.nextInt(edges[0] + Math.max(0, original.length - edges[1]));
      int place = Math.min(near < edges[0] ? near : near - edges[0] + edges[1], bytes.length - 1);
      switch (random.nextInt(8)) {
        case 0, 1 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[place] = (byte) SPECIAL[random.nextInt(SPECIAL.length)];
        case 3 -> bytes[place] = (byte) random.nextInt();
        case 4 -> Arrays.fill(bytes, place, Math.min(bytes.length, place + 8), (byte) 255);
        case 5 -> bytes = without(bytes, place, Math.min(bytes.length - 1, place + 8));
        case 6 -> bytes = Arrays.copyOf(bytes, Math.max(1, place));
        default -> System.arraycopy(bytes, 0, bytes, place, Math.min(16, bytes.length - place));
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int from, int to) {
    byte[] shorter = new byte[bytes.length - Math.max(0, to - from)];
    System.arraycopy(bytes, 0, shorter, 0, from);
    System.arraycopy(bytes, Math.max(from, to), shorter, from, shorter.length - from);
    return shorter;
  }
}
