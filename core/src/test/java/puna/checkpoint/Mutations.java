package puna.checkpoint;

import java.util.Arrays;
import java.util.Random;

/// Small damage to files: bits, bytes, runs of ones, cuts and copies.
public final class Mutations {
  private static final byte[] PICKLED = {
    0, 1, 2, 7, 31, 127, -128, -2, -1, '(', '}', 't', 'R', 'Q'
  };

  private Mutations() {}

  /// Changes anywhere.
  public static byte[] mutate(byte[] original, Random random) {
    return mutate(original, PICKLED, random);
  }

  /// @param edges changes lie before the first and from the second on
  public static byte[] mutate(byte[] original, int[] edges, Random random) {
    return mutate(original, edges, PICKLED, random);
  }

  /// Changes anywhere.
  ///
  /// @param special bytes that mean something in such files
  public static byte[] mutate(byte[] original, byte[] special, Random random) {
    return mutate(original, new int[] {original.length, original.length}, special, random);
  }

  public static byte[] mutate(byte[] original, int[] edges, byte[] special, Random random) {
    byte[] bytes = original.clone();
    for (int change = random.nextInt(1, 4); change > 0; change--) {
      int near = random.nextInt(edges[0] + Math.max(0, original.length - edges[1]));
      int wanted = near < edges[0] ? near : near - edges[0] + edges[1];
      int place = wanted < bytes.length ? wanted : random.nextInt(bytes.length);
      switch (random.nextInt(9)) {
        case 0, 1 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[place] = special[random.nextInt(special.length)];
        case 3 -> bytes[place] = (byte) random.nextInt();
        case 4 -> Arrays.fill(bytes, place, Math.min(bytes.length, place + 8), (byte) 255);
        case 5 -> bytes = without(bytes, place, Math.min(bytes.length - 1, place + 8));
        case 6 -> bytes = Arrays.copyOf(bytes, Math.max(1, place));
        case 7 -> {
          int from = random.nextInt(place + 1);
          System.arraycopy(bytes, from, bytes, place, Math.min(8, bytes.length - place));
        }
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
