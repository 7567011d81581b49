package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;

class StopTextTest {
  @Test
  void nothingIsHeldBackAcrossABreak() {
    StopText text = new StopText(List.of("abc"));
    assertThat(text.append("xab")).isEqualTo("x");
    assertThat(text.breakOff()).isEqualTo("ab");
    assertThat(text.append("cab")).isEqualTo("c");
    assertThat(text.append("c")).isEmpty();
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void holdsBackWhatCouldBeTheBeginningOfAStopString() {
    StopText text = new StopText(List.of("<end>"));
    assertThat(text.append("a <e")).isEqualTo("a ");
    assertThat(text.append("n")).isEmpty();
    assertThat(text.append("t <")).isEqualTo("<ent ");
    assertThat(text.append("end> more")).isEmpty();
    assertThat(text.isStopped()).isTrue();
    assertThat(text.append("even more")).isEmpty();
    assertThat(text.finish()).isEmpty();
  }

  @Test
  void givesBackWhatTurnedOutToBeNoStopString() {
    StopText text = new StopText(List.of("\n\nUser:"));
    assertThat(text.append("Hi\n\nUse")).isEqualTo("Hi");
    assertThat(text.isStopped()).isFalse();
    assertThat(text.finish()).isEqualTo("\n\nUse");
  }

  @Test
  void aStopStringMayBePartOfCharactersOfSeveralUnits() {
    // 😀 and 😁 begin with the same unit
    StopText text = new StopText(List.of("😀", "é!"));
    assertThat(text.append("a😁b")).isEqualTo("a😁b");
    assertThat(text.append("é")).isEmpty();
    assertThat(text.append("?")).isEqualTo("é?");
    assertThat(text.append("x😀y")).isEqualTo("x");
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void ofSeveralStopStringsTheEarliestCompleteOneEndsTheText() {
    StopText text = new StopText(List.of("abcdef", "cd", "d"));
    assertThat(text.append("xab")).isEqualTo("x");
    assertThat(text.append("c")).isEmpty();
    assertThat(text.append("def")).isEqualTo("ab");
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void findsAStopStringThatBeginsInsideAFalseStart() {
    StopText text = new StopText(List.of("aab"));
    assertThat(text.append("aa")).isEmpty();
    assertThat(text.append("a")).isEqualTo("a");
    assertThat(text.append("b")).isEmpty();
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void theStopStringThatIsCompleteFirstEndsTheText() {
    StopText text = new StopText(List.of("abcd", "c"));
    assertThat(text.append("xabcd")).isEqualTo("xab");
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void theLongerOfTwoThatEndTogetherIsLeftOut() {
    StopText text = new StopText(List.of("c", "abc"));
    assertThat(text.append("xab")).isEqualTo("x");
    assertThat(text.append("c")).isEmpty();
    assertThat(text.isStopped()).isTrue();
  }

  @Test
  void neverLeaksAndNeverLosesTextHoweverItIsCut() {
    Random random = TestSeed.random(99);
    for (int round = 0; round < 5000; round++) {
      String whole = letters(random, random.nextInt(30));
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        stops.add(letters(random, 1 + random.nextInt(5)));
      }
      StopText text = new StopText(stops);
      StringBuilder out = new StringBuilder();
      String expected = naive(whole, stops);
      for (int at = 0; at < whole.length(); ) {
        int end = Math.min(whole.length(), at + random.nextInt(4));
        out.append(text.append(whole.substring(at, end)));
        assertThat(expected).as("round %d of seed 99", round).startsWith(out);
        at = end;
      }
      out.append(text.finish());
      assertThat(out.toString())
          .as("round %d of seed 99: %s with stops %s", round, whole, stops)
          .isEqualTo(expected);
      assertThat(text.isStopped()).isEqualTo(expected.length() < whole.length());
    }
  }

  /// The text before the stop string that is complete first, and longest of those.
  private static String naive(String whole, List<String> stops) {
    for (int end = 1; end <= whole.length(); end++) {
      String beginning = whole.substring(0, end);
      int longest =
          stops.stream().filter(beginning::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return whole.substring(0, end - longest);
      }
    }
    return whole;
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }
}
