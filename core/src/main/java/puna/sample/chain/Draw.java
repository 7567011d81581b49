package puna.sample.chain;

/// The end of the chain: chooses one of the candidates.
interface Draw {
  /// @return the token
  int draw(Candidates candidates, RandomDraws random);
}
