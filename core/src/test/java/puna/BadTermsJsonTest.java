package puna;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How a request stands beside others, as wrong JSON.
class BadTermsJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"priority":"urgent"}    | $.priority: must be one of "low", "normal", "high", found "urgent"
          {"caller":""}            | $.caller: caller must not be blank, found ''
          {"deadline_ms":-5}       | $.deadline_ms: deadline must be from 1 millisecond to 36500 days, found PT-0.005S
          {"speculation":true}     | $.speculation: must be one of "off", "prompt_lookup", "draft_model", found true
          """)
  void anAnswersTerms(String json, String message) {
    BadOptionsJsonTest.refuses(ChatOptions::fromJson, json, message);
  }
}
