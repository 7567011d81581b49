package puna.chat.template;

import puna.chat.template.python.TemplateException;

/// The work that one render may take, so that no template runs for ever.
final class Budget {
  private static final long STEPS = 5_000_000;
  private static final int MAX_DEPTH = 300;

  private long left = STEPS;
  private int depth;

  void charge(long steps) {
    left -= steps;
    if (left < 0) {
      throw new TemplateException("the template takes more than " + STEPS + " steps");
    }
  }

  void enter() {
    charge(1);
    if (++depth > MAX_DEPTH) {
      depth--;
      throw new TemplateException("evaluation is nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }
}
