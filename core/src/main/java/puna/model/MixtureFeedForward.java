package puna.model;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.backend.Activations;
import puna.backend.Backend;
import puna.backend.Projection;
import puna.backend.Routing;

/// A mixture of experts: a router chooses some for each token, and one more may read every token.
/// Tokens are grouped by expert, so that each expert of the step is read once, and no other is.
final class MixtureFeedForward implements FeedForward {
  private final Backend backend;
  private final Buffers buffers;
  private final Projection[] toRouter;
  private final List<GatedUnit> experts;
  private final @Nullable GatedUnit shared;
  private final boolean asksAhead;
  private final boolean[] asked; // (experts): for the step to come

  /// What the layers share, which compute one after another.
  ///
  /// @param logits (tokens × experts) of the router
  /// @param sent (tokens × width): what one expert reads, then what it brings
  record Buffers(Routing routing, Activations logits, Activations sent) {}

  /// @param shared the expert of every token, or null for none
  MixtureFeedForward(
      Backend backend,
      Projection toRouter,
      List<GatedUnit> experts,
      @Nullable GatedUnit shared,
      Buffers buffers) {
    this.backend = backend;
    this.toRouter = new Projection[] {toRouter};
    this.experts = List.copyOf(experts);
    this.shared = shared;
    this.buffers = buffers;
    this.asksAhead = experts.getFirst().isAskedFor();
    this.asked = new boolean[experts.size()];
  }

  @Override
  public boolean asksAhead() {
    return asksAhead;
  }

  /// What the router chooses for the state before the layer ahead has added to it: mostly what it
  /// will choose behind it. Reading a file takes longer than a layer, and a wrong guess costs what
  /// it reads.
  @Override
  public void askAhead(Activations hidden) {
    route(hidden);
    askForChosen();
  }

  private void route(Activations hidden) {
    backend.project(hidden, toRouter);
    backend.route(buffers.routing(), buffers.logits());
  }

  /// All at once, before the first is used.
  private void askForChosen() {
    Routing routing = buffers.routing();
    for (int i = 0; i < routing.groups(); i++) {
      int expert = routing.group(i).expert();
      if (!asked[expert]) {
        asked[expert] = true;
        experts.get(expert).askFor();
      }
    }
  }

  // x ← x + Σ chosen after·E(before·h) + S(h)
  @Override
  public void add(Activations x, Activations hidden) {
    Routing routing = buffers.routing();
    route(hidden);
    if (asksAhead) {
      askForChosen();
      Arrays.fill(asked, false);
    }
    for (int i = 0; i < routing.groups(); i++) {
      Routing.Group group = routing.group(i);
      backend.gather(buffers.sent(), hidden, group);
      experts.get(group.expert()).run(buffers.sent());
      backend.scatter(x, buffers.sent(), group);
    }
    if (shared != null) {
      shared.add(x, hidden);
    }
  }
}
