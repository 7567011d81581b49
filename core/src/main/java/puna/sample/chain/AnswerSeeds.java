package puna.sample.chain;

import puna.sample.SamplingOptions;

/// The seeds of several answers to the same prompt.
public final class AnswerSeeds {
  private AnswerSeeds() {}

  /// The options of one of several answers: the first has their seed, each other one its own,
  /// derived from it. Without a seed they are the same for all, and every answer draws its own.
  ///
  /// @param answer from 0
  public static SamplingOptions of(SamplingOptions options, int answer) {
    return options.seed().isEmpty() || answer == 0
        ? options
        : options.withSeed(RandomDraws.derive(options.seed().getAsLong(), answer));
  }
}
