package puna;

/// A model that answers.
public final class Llama {
  private Llama() {}
}
