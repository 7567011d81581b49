package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import puna.TestSeed;
import puna.token.TextDecoder;
import puna.token.Tokenizer;

class TextDecoderTest {
  static Stream<Tokenizer> tokenizers() {
    return Stream.of(TinyVocabularies.sentencePiece(), TinyVocabularies.bytePair());
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void streamsWhatTheWholeDecodesTo(Tokenizer tokenizer) {
    Random random = TestSeed.random(20_250_101);
    for (int i = 0; i < 5000; i++) {
      int[] ids = new int[random.nextInt(20)];
      for (int k = 0; k < ids.length; k++) {
        ids[k] = random.nextInt(tokenizer.vocabularySize());
      }
      assertThat(stream(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void neverEmitsHalfACharacter(Tokenizer tokenizer) {
    String text = "aé中🦙\u0301";
    TextDecoder decoder = tokenizer.decoder(true);
    StringBuilder whole = new StringBuilder();
    for (int id : tokenizer.encode(text)) {
      String emitted = decoder.append(id);
      assertThat(emitted).doesNotContain("\uFFFD");
      assertThat(emitted.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
      whole.append(emitted);
    }
    assertThat(decoder.finish()).isEmpty();
    assertThat(whole).hasToString(text);
  }

  private static String stream(Tokenizer tokenizer, int[] ids) {
    TextDecoder decoder = tokenizer.decoder(true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.append(id));
    }
    return text.append(decoder.finish()).toString();
  }
}
