package puna.backend;

/// How the logits of a router weigh the experts that it chose.
public enum Gating {
  /// What an expert reads is multiplied by the sigmoid of its logit. Source: Meta's `llama-models`,
  /// `llama4/moe.py`.
  SIGMOID_BEFORE,
  /// What an expert brings is multiplied by the softmax of its logit among the chosen. Source:
  /// arXiv 2401.04088 (Mixtral).
  SOFTMAX_AFTER
}
