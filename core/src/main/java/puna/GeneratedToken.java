package puna;

import java.util.Optional;
import puna.sample.TokenProbability;

/// One token of an answer.
///
/// @param text what became known with it: often one word; empty where the text is held back, since
///   it is half a character or may become a stop string
/// @param probability how likely it was, where the options ask for that
public record GeneratedToken(int id, String text, Optional<TokenProbability> probability) {}
