package puna.server.watch;

import java.util.Locale;
import java.util.function.Consumer;
import puna.server.wire.Call;
import puna.server.wire.CallListener;
import puna.server.wire.CallRecord;

/// One line for each request: what was asked for, how it ended, how long it took. It has no text of
/// prompts and answers, and nothing of a request that could steer a terminal or forge a line.
public final class AccessLog implements CallListener {
  private static final double MILLIS = 1e6;
  private static final int LONGEST = 200;

  private final Consumer<String> lines;

  /// @param lines takes each line; called by many threads
  public AccessLog(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void ended(Call call, long nanos) {
    CallRecord record = call.record();
    StringBuilder line = new StringBuilder();
    line.append(call.request().remote()).append(' ');
    line.append(plain(call.request().method())).append(' ').append(plain(call.request().path()));
    line.append(' ').append(outcome(record));
    line.append(String.format(Locale.ROOT, " %.1f ms", nanos / MILLIS));
    if (!record.model().isEmpty()) {
      line.append(" model=").append(plain(record.model()));
    }
    if (record.promptTokens() + record.answerTokens() > 0) {
      line.append(
          String.format(
              Locale.ROOT,
              " prompt=%s cached=%s answer=%s first=%.1f ms",
              record.promptTokens(),
              record.cachedTokens(),
              record.answerTokens(),
              record.firstTokenNanos() / MILLIS));
    }
    if (!call.caller().isEmpty()) {
      line.append(" key=").append(call.caller());
    }
    call.request()
        .headers()
        .first("x-stainless-retry-count")
        .filter(count -> !count.equals("0"))
        .ifPresent(count -> line.append(" retry=").append(plain(count)));
    lines.accept(line.append(" id=").append(call.id()).toString());
  }

  private static String outcome(CallRecord record) {
    if (record.status() == 0) {
      return "gone"; // before the reply began
    }
    return record.failure().isPresent()
        ? record.status() + " broken"
        : Integer.toString(record.status());
  }

  /// Letters of requests as they are, everything else as `%` and digits.
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < Math.min(LONGEST, text.length()); i++) {
      char letter = text.charAt(i);
      if (letter > ' ' && letter < 0x7f) {
        plain.append(letter);
      } else {
        plain.append(String.format(Locale.ROOT, "%%u%04x", (int) letter));
      }
    }
    return text.length() > LONGEST ? plain.append('…').toString() : plain.toString();
  }
}
