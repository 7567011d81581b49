package puna.token.file;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import puna.error.ModelFormatException;
import puna.token.model.ControlIds;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// What files beside a tokenizer's say of it.
///
/// @param bos the text of the token that texts begin with; empty where it is not told
/// @param eos the text of the token that ends one
/// @param bosId as `bos`, by id, where no text is told
/// @param ends ids of tokens that end an answer, the usual one first
/// @param addsBos whether raw text gets BOS; empty for what the tokenizer's own file says
/// @param added tokens that the tokenizer's own file may lack
public record TokenizerSettings(
    Optional<String> bos,
    Optional<String> eos,
    OptionalInt bosId,
    List<Integer> ends,
    Optional<Boolean> addsBos,
    List<Added> added) {
  /// Nothing: the tokenizer's file decides alone.
  public static final TokenizerSettings NONE =
      new TokenizerSettings(
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          List.of(),
          Optional.empty(),
          List.of());

  /// A token with an id of its own.
  ///
  /// @param special whether it is a mark that stands for no text
  public record Added(int id, String text, boolean special) {
    TokenKind kind() {
      return special ? TokenKind.CONTROL : TokenKind.USER_DEFINED;
    }
  }

  public TokenizerSettings {
    ends = List.copyOf(ends);
    added = List.copyOf(added);
  }

  /// The steering tokens, with what the tokenizer's own file says where these say nothing.
  ///
  /// @throws ModelFormatException when an id is not in the vocabulary
  ControlIds controls(
      Vocabulary vocabulary, OptionalInt fileBos, OptionalInt fileEos, ControlIds.AddsBos adds) {
    IntStream.concat(bosId.stream(), ends.stream().mapToInt(Integer::intValue))
        .filter(id -> id >= vocabulary.size())
        .findFirst()
        .ifPresent(id -> {
          throw new ModelFormatException(
              "%s: ids of BOS and EOS tokens must be below %s, found %s beside it"
                  .formatted(vocabulary.origin(), vocabulary.size(), id));
        });
    OptionalInt begin = first(bos.map(vocabulary::special).orElse(bosId), first(bosId, fileBos));
    OptionalInt listed = ends.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ends.getFirst());
    OptionalInt end = first(eos.map(vocabulary::special).orElse(listed), first(listed, fileEos));
    ControlIds.AddsBos decided =
        addsBos.map(on -> on ? ControlIds.AddsBos.YES : ControlIds.AddsBos.NO).orElse(adds);
    IntStream more = ends.stream().mapToInt(Integer::intValue);
    return ControlIds.of(vocabulary, begin, end, decided, more);
  }

  private static OptionalInt first(OptionalInt one, OptionalInt other) {
    return one.isPresent() ? one : other;
  }
}
