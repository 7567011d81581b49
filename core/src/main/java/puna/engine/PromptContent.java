package puna.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What the keys and values of a prompt come from: token ids, and whatever else decides them. Two
/// prompts are computed alike exactly where this is equal.
///
/// @param tokens ids, at least one; where an image is, those that stand for it
/// @param images in order of position, apart from each other, and inside the tokens
/// @param adapter what the weights are changed by, for the prompt and its answer; `NONE` for
///   nothing
public record PromptContent(int[] tokens, List<Image> images, ContentKey adapter) {

  /// Positions whose input is a piece of an image and not the embedding of their tokens.
  ///
  /// @param position the first
  /// @param count of positions, at least 1
  /// @param key of the image, as it is computed: whatever changes its embeddings is part of it
  public record Image(int position, int count, ContentKey key) {
    public Image {
      if (position < 0 || count < 1 || key.equals(ContentKey.NONE)) {
        throw new IllegalArgumentException(
            "an image must have a key and at least 1 position from 0 on, found key '%s', %s positions from %s on"
                .formatted(key, count, position));
      }
    }
  }

  public PromptContent {
    images = List.copyOf(images);
    long end = 0;
    for (Image image : images) {
      if (image.position() < end || (long) image.position() + image.count() > tokens.length) {
        throw new IllegalArgumentException(
            "images must be in order, apart, and inside the %s tokens, found one of %s positions at %s"
                .formatted(tokens.length, image.count(), image.position()));
      }
      end = (long) image.position() + image.count();
    }
  }

  /// Text alone.
  public static PromptContent of(int... tokens) {
    return new PromptContent(tokens, List.of(), ContentKey.NONE);
  }

  /// What a block holds of a sequence that begins with this.
  ///
  /// @param sequence token ids of the prompt and of what follows it
  /// @param from the block's first position
  /// @param count positions of the block
  BlockContent block(int[] sequence, int from, int count) {
    int[] ids = Arrays.copyOfRange(sequence, from, from + count);
    return new BlockContent(
        ids, images.isEmpty() ? List.of() : pieces(from, from + count), adapter);
  }

  private List<BlockContent.Piece> pieces(int from, int end) {
    List<BlockContent.Piece> pieces = new ArrayList<>();
    for (Image image : images) {
      int first = Math.max(from, image.position());
      int last = Math.min(end, image.position() + image.count());
      if (first < last) {
        pieces.add(
            new BlockContent.Piece(
                first - from, last - first, first - image.position(), image.key()));
      }
    }
    return pieces;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PromptContent content
        && Arrays.equals(tokens, content.tokens)
        && images.equals(content.images)
        && adapter.equals(content.adapter);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(tokens) + images.hashCode()) + adapter.hashCode();
  }
}
