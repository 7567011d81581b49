package puna.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisibilityTest {
  @Test
  void causalSeesAllUpToItself() {
    assertThat(ranges(new Visibility.Causal())).containsExactly("0-0", "0-1", "0-2", "0-3", "0-4");
  }

  @Test
  void slidingSeesItsWindow() {
    assertThat(ranges(new Visibility.Sliding(2)))
        .containsExactly("0-0", "0-1", "1-2", "2-3", "3-4");
    assertThat(new Visibility.Sliding(Integer.MAX_VALUE).first(Integer.MAX_VALUE - 1)).isZero();
  }

  @Test
  void chunkedSeesItsChunkUpToItself() {
    assertThat(ranges(new Visibility.Chunked(3)))
        .containsExactly("0-0", "0-1", "0-2", "3-3", "3-4");
    assertThat(new Visibility.Chunked(Integer.MAX_VALUE).first(Integer.MAX_VALUE - 1)).isZero();
  }

  @Test
  void fullSeesLaterOnesToo() {
    assertThat(ranges(new Visibility.Full())).containsExactly("0-4", "0-4", "0-4", "0-4", "0-4");
  }

  @Test
  void refusesWindowsAndChunksOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Visibility.Sliding(0))
        .withMessage("a window must have at least 1 position, found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Visibility.Chunked(-3))
        .withMessage("a chunk must have at least 1 position, found -3");
  }

  /// What the positions 0 to 4 of a run that ends there see.
  private static String[] ranges(Visibility visibility) {
    return IntStream.range(0, 5)
        .mapToObj(position -> visibility.first(position) + "-" + visibility.last(position, 5))
        .toArray(String[]::new);
  }
}
