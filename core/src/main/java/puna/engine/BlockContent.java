package puna.engine;

import java.util.Arrays;
import java.util.List;

/// What the keys and values of one block come from, beside what comes before it. Compared by value,
/// every id and every byte of every key, so that equal hashes mix nothing up.
///
/// @param tokens one for each position
/// @param images the pieces of images that the block holds, in order
/// @param adapter of the whole sequence
record BlockContent(int[] tokens, List<Piece> images, ContentKey adapter) {
  /// Nothing, which no block holds.
  static final BlockContent NOTHING = new BlockContent(new int[0], List.of(), ContentKey.NONE);

  /// A piece of an image.
  ///
  /// @param offset of its first position in the block
  /// @param count of positions
  /// @param from the position in the image that it begins with
  record Piece(int offset, int count, int from, ContentKey image) {}

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockContent content
        && Arrays.equals(tokens, content.tokens)
        && images.equals(content.images)
        && adapter.equals(content.adapter);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(tokens) + images.hashCode()) + adapter.hashCode();
  }
}
