package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;

/// Lines that are indented too little.
class IndentationTest {
  /// What is left of a text.
  private static String kept(String text, int least) {
    return new Indentation(least).keep(text);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 'a|  b|c', 'a|  b|'",
    "2, 'a|  b|   c', 'a|  b|   c'",
    "2, 'a| b', 'a| '",
    "2, 'a|||b', 'a|'",
    "1, 'a|\tb|c', 'a|\tb|'",
    "3, 'a| \t b', 'a| \t b'",
    "9, 'a', 'a'",
    "9, 'a|', 'a|'",
    "9, 'a|   ', 'a|   '",
    "9, '   a', '   a'",
    "0, 'a|b||c', 'a|b||c'"
  })
  void endTheText(int least, String text, String kept) {
    assertThat(kept(text.replace('|', '\n'), least)).isEqualTo(kept.replace('|', '\n'));
  }

  @Test
  void leaveNothingOfWhatComesLater() {
    Indentation indentation = new Indentation(1);
    assertThat(indentation.keep("a\n")).isEqualTo("a\n");
    assertThat(indentation.isBroken()).isFalse();
    assertThat(indentation.keep("b")).isEmpty();
    assertThat(indentation.isBroken()).isTrue();
    assertThat(indentation.keep("\n    c")).isEmpty();
  }

  @Test
  void areFoundHoweverATextIsCut() {
    Random random = TestSeed.random(1);
    for (int round = 0; round < 2000; round++) {
      int least = random.nextInt(4);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append("ab \t  \n\n".charAt(random.nextInt(8)));
      }
      Indentation indentation = new Indentation(least);
      StringBuilder kept = new StringBuilder();
      for (int from = 0; from < text.length(); ) {
        int to = Math.min(text.length(), from + 1 + random.nextInt(4));
        kept.append(indentation.keep(text.substring(from, to)));
        from = to;
      }
      assertThat(kept.toString()).as("%s of '%s'", least, text).isEqualTo(expected(text, least));
      assertThat(indentation.isBroken()).isEqualTo(kept.length() < text.length());
    }
  }

  private static String expected(CharSequence text, int least) {
    Matcher line = Pattern.compile("\n[ \t]*+(?=[^ \t])").matcher(text);
    while (line.find()) {
      if (line.end() - line.start() - 1 < least) {
        return text.subSequence(0, line.end()).toString();
      }
    }
    return text.toString();
  }
}
