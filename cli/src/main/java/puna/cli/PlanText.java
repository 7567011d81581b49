package puna.cli;

import java.util.Locale;
import java.util.Map;
import puna.MemoryPlan;
import puna.cli.command.Table;
import puna.cli.command.Text;

/// A memory plan as a table.
final class PlanText {
  private PlanText() {}

  static String of(MemoryPlan plan) {
    Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.LEFT);
    for (Map.Entry<String, Long> part : plan.parts().entrySet()) {
      table.row(part.getKey(), Text.bytes(part.getValue()), note(part.getKey(), plan));
    }
    if (plan.mappedWeightBytes() > 0) {
      table.row(
          "in the file",
          Text.bytes(plan.mappedWeightBytes()),
          "weights that stay there, read through the system's cache");
    }
    table.row("total", Text.bytes(plan.totalBytes()), plan.fits() ? "fits" : "does not fit");
    plan.availableBytes()
        .ifPresent(bytes -> table.row("available", Text.bytes(bytes), "of the system's memory"));
    table.row(
        "context",
        number(plan.contextLength()),
        "tokens; the cache of %s whole ones is %s"
            .formatted(
                number(plan.maxConcurrent()),
                Text.bytes(size(plan.maxConcurrent(), plan.answerCacheBytes()))));
    return table.render("");
  }

  private static String note(String part, MemoryPlan plan) {
    return switch (part) {
      case "KV cache" -> cache(plan);
      case "overflow" -> "once the KV cache is full";
      case "draft" -> "with a KV cache of its own, once full";
      default -> "";
    };
  }

  private static String cache(MemoryPlan plan) {
    long near = plan.nearCacheTokenBytes();
    if (near == 0) {
      return "once full: %s tokens of %s"
          .formatted(number(plan.cacheTokens()), Text.bytes(plan.cacheTokenBytes()));
    }
    return "once full: %s tokens of %s, and in layers that see a part alone %s of %s"
        .formatted(
            number(plan.cacheTokens()),
            Text.bytes(plan.cacheTokenBytes() - near),
            number(plan.nearCacheTokens()),
            Text.bytes(near));
  }

  /// Capped where no number of bytes is that large.
  private static long size(long answers, long answerBytes) {
    return answers > Long.MAX_VALUE / answerBytes ? Long.MAX_VALUE : answers * answerBytes;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
