package puna.agent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The examples of a page of the documentation, which are pieces of a source that is compiled.
final class Snippets {
  private static final Path ROOT = Path.of(System.getProperty("puna.test.root"));
  private static final Path SOURCES = ROOT.resolve("agent/src/test/java/puna/agent/examples");
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- example: (\\w+) -->\\R```java\\R(.*?)```", Pattern.DOTALL);

  private Snippets() {}

  /// Checks that each example of a page is a piece of a source, word for word.
  ///
  /// @return how many there are
  static int requireTheSame(String page, String source) throws IOException {
    String text = Files.readString(SOURCES.resolve(source));
    List<MatchResult> snippets =
        SNIPPET.matcher(Files.readString(ROOT.resolve("docs").resolve(page))).results().toList();
    for (MatchResult snippet : snippets) {
      String begin = "  // example: " + snippet.group(1) + "\n";
      int from = text.indexOf(begin);
      assertThat(from).as(snippet.group(1)).isNotNegative();
      String example = text.substring(from + begin.length(), text.indexOf("  // end", from));
      assertThat(snippet.group(2).strip()).isEqualTo(example.stripTrailing().stripIndent().strip());
    }
    return snippets.size();
  }
}
