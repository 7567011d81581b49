package puna.model;

import puna.backend.Activations;
import puna.backend.Backend;
import puna.backend.Projection;

/// `h ← W2 · (silu(W1·h) ⊙ W3·h)`: what a dense layer and an expert have in common, with the places
/// of its products made once, so that steps allocate nothing.
final class GatedUnit implements FeedForward {
  private final Backend backend;
  private final Gates gates;
  private final Projection[] inputs;
  private final Projection[] output;
  private final boolean asksAhead;

  /// The products of W1 and W3, (tokens × feedForward) each; units of one width share them.
  record Gates(Activations gate, Activations up) {}

  /// @param h where its input is, and its output goes
  GatedUnit(Backend backend, LlamaWeights.Gated weights, Gates gates, Activations h) {
    this.backend = backend;
    this.gates = gates;
    this.inputs =
        new Projection[] {weights.gate().into(gates.gate()), weights.up().into(gates.up())};
    this.output = new Projection[] {weights.down().into(h)};
    this.asksAhead = backend.asksAhead(weights.down());
  }

  /// Whether its weights stay in a mapped file, and the system can be asked for them.
  boolean isAskedFor() {
    return asksAhead;
  }

  /// Asks the system for its weights, and returns at once.
  void askFor() {
    backend.askFor(inputs[0].matrix());
    backend.askFor(inputs[1].matrix());
    backend.askFor(output[0].matrix());
  }

  /// @param h what it was made for
  void run(Activations h) {
    backend.project(h, inputs);
    backend.swiglu(gates.gate(), gates.up());
    backend.project(gates.gate(), output);
  }

  @Override
  public void add(Activations x, Activations hidden) {
    run(hidden);
    backend.add(x, hidden);
  }
}
