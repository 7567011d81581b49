package puna.cli;

import java.util.Locale;
import java.util.Map;
import puna.MemoryPlan;

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
    long whole = (long) plan.contextLength() * plan.maxConcurrent();
    table.row(
        "context",
        number(plan.contextLength()),
        "tokens; the cache of %s whole ones is %s"
            .formatted(
                number(plan.maxConcurrent()), Text.bytes(size(whole, plan.cacheTokenBytes()))));
    return table.render("");
  }

  private static String note(String part, MemoryPlan plan) {
    return switch (part) {
      case "KV cache" ->
          "once full: %s tokens of %s"
              .formatted(number(plan.cacheTokens()), Text.bytes(plan.cacheTokenBytes()));
      case "overflow" -> "once the KV cache is full";
      case "draft" -> "with a KV cache of its own, once full";
      default -> "";
    };
  }

  /// Capped where no number of bytes is that large.
  private static long size(long tokens, long tokenBytes) {
    return tokens > Long.MAX_VALUE / tokenBytes ? Long.MAX_VALUE : tokens * tokenBytes;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
