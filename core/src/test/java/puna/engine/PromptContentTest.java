package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import puna.engine.PromptContent.Image;

class PromptContentTest {
  private static final ContentKey CAT = ContentKey.of((byte) 1);
  private static final ContentKey DOG = ContentKey.of((byte) 2);
  private static final int[] TOKENS = {3, 9, 9, 9, 4, 5};

  @Test
  void isEqualWhereTokensImagesAndAdapterAre() {
    PromptContent text = PromptContent.of(TOKENS);
    assertThat(text).isEqualTo(PromptContent.of(TOKENS.clone()));
    assertThat(text).hasSameHashCodeAs(PromptContent.of(TOKENS.clone()));
    assertThat(with(new Image(1, 3, CAT))).isEqualTo(with(new Image(1, 3, CAT)));
    assertThat(with(new Image(1, 3, CAT))).isNotEqualTo(with(new Image(1, 3, DOG)));
    assertThat(with(new Image(1, 3, CAT))).isNotEqualTo(text);
    assertThat(new PromptContent(TOKENS, List.of(), CAT)).isNotEqualTo(text);
    assertThat(PromptContent.of(3, 9)).isNotEqualTo(text);
  }

  @Test
  void refusesImagesThatOverlapOrLieOutside() {
    for (List<Image> images :
        List.of(
            List.of(new Image(1, 3, CAT), new Image(3, 1, DOG)),
            List.of(new Image(4, 1, CAT), new Image(1, 1, DOG)),
            List.of(new Image(4, 3, CAT)),
            List.of(new Image(5, Integer.MAX_VALUE, CAT)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PromptContent(TOKENS, images, ContentKey.NONE))
          .withMessageContaining("inside the 6 tokens");
    }
  }

  @Test
  void refusesImagesOfNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Image(0, 0, CAT));
    assertThatIllegalArgumentException().isThrownBy(() -> new Image(-1, 1, CAT));
    assertThatIllegalArgumentException().isThrownBy(() -> new Image(0, 1, ContentKey.NONE));
    assertThatIllegalArgumentException().isThrownBy(ContentKey::of);
  }

  @Test
  void aKeyIsItsBytes() {
    byte[] bytes = {1, 2};
    ContentKey key = ContentKey.of(bytes);
    bytes[0] = 9;
    assertThat(key).isEqualTo(ContentKey.of((byte) 1, (byte) 2)).isNotEqualTo(CAT);
    assertThat(key).hasToString("0102");
  }

  private static PromptContent with(Image image) {
    return new PromptContent(TOKENS, List.of(image), ContentKey.NONE);
  }
}
