package puna.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.server.ServerOptions;
import puna.server.ServerOptions.Visibility;

/// What clients may see of a server beside its answers.
final class ServeInsight {
  @Option(
      names = "--metrics",
      negatable = true,
      description =
          "Show /metrics, for Prometheus (default: where the server listens on this machine alone).")
  private @Nullable Boolean metrics;

  @Option(
      names = "--slots",
      negatable = true,
      description = "Show /slots (default: as for --metrics).")
  private @Nullable Boolean slots;

  @Option(
      names = "--slot-save-path",
      paramLabel = "FOLDER",
      description = "Let clients save what slots hold to files there, and restore it.")
  private @Nullable Path slotFolder;

  @Option(
      names = "--no-webui",
      description = "Show browsers no page to chat at the server's address.")
  private boolean isPageHidden;

  /// Whether browsers are shown a page to chat.
  boolean showsPage() {
    return !isPageHidden;
  }

  /// Those options with these.
  ServerOptions over(ServerOptions options) {
    ServerOptions all = slotFolder == null ? options : options.withSlotFolder(slotFolder);
    if (isPageHidden) {
      all = all.withPage(Visibility.HIDDEN);
    }
    if (metrics != null) {
      all = all.withMetrics(metrics ? Visibility.SHOWN : Visibility.HIDDEN);
    }
    return slots == null ? all : all.withSlots(slots ? Visibility.SHOWN : Visibility.HIDDEN);
  }
}
