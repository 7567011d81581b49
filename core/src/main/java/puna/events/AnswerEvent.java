package puna.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// One answer, from its request to its end.
@Name("puna.Answer")
@Label("Answer")
@Category("Puna")
@Description("One answer, from its request to its end")
@StackTrace(false)
final class AnswerEvent extends Event implements AnswerRecord {
  @Label("Prompt Tokens")
  int promptTokens;

  @Label("Cached Tokens")
  @Description("Prompt tokens whose keys and values were there already")
  int cachedTokens;

  @Label("Tokens")
  @Description("Tokens generated")
  int tokens;

  @Label("Queue Time")
  @Description("From the request to the first step that worked on it")
  @Timespan(Timespan.NANOSECONDS)
  long queueTime;

  @Label("Prompt Time")
  @Description("From that step until the prompt was read")
  @Timespan(Timespan.NANOSECONDS)
  long promptTime;

  @Label("First Token Time")
  @Description("From the request to the first token")
  @Timespan(Timespan.NANOSECONDS)
  long firstTokenTime;

  @Label("Decode Time")
  @Description("From the first token to the last")
  @Timespan(Timespan.NANOSECONDS)
  long decodeTime;

  @Label("Ending")
  @Description("Why it ended")
  String ending = "";

  @Override
  public void ends(Counts counts, Times times, String why) {
    end();
    if (shouldCommit()) {
      promptTokens = counts.prompt();
      cachedTokens = counts.cached();
      tokens = counts.generated();
      queueTime = times.queue();
      promptTime = times.prompt();
      firstTokenTime = times.firstToken();
      decodeTime = times.decode();
      ending = why;
      commit();
    }
  }
}
