package puna.grammar.mask;

import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.Closure;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.automaton.Edges;
import puna.grammar.automaton.Frame;
import puna.grammar.automaton.Network;
import puna.grammar.automaton.RuleEnds;
import puna.grammar.automaton.State;

/// What a grammar allows of a vocabulary: the masks of the states that answers came to, kept for
/// all answers with the same grammar. Safe for all threads.
///
/// A token may come where the automaton can read its bytes. To ask that of each of 128,000 tokens
/// would read most bytes again and again; a walk of the [TokenTrie] reads each common beginning
/// once and turns back at the first byte that cannot come ([TrieWalk], which also takes whole
/// branches without a look).
///
/// The mask of a state is put together from two parts. Tokens that stay inside the rule that is
/// being read depend on that rule alone; they are found once by walking the whole trie and kept.
/// Tokens that go beyond its end are few: the walk keeps the nodes at which it left the rule, and
/// their rests are walked anew from the state behind. Where they are many (more than a sixteenth of
/// the trie is below such nodes), the border is moved to the rule's caller, three callers up at
/// most; then the state is walked as a whole.
///
/// Cost: nothing but a look-up where the state was met before; a union of sets and a walk of the
/// rests at a new place of a known rule; a walk of the trie for what is new. Nothing is made before
/// a text comes to it. Both kinds of sets have a budget in bytes and are found again when they were
/// dropped ([RecentSets]).
///
/// Sources: the walk of a trie beside a parser is llguidance's; the division into what depends on
/// the stack of callers and what does not is XGrammar's (Dong et al., arXiv 2411.15100), which
/// prepares the second part for all places beforehand.
public final class StateMasks {
  private static final int MOST_LEVELS = 4;
  private static final int[] NONE = {};

  private final Automaton automaton;
  private final TokenTrie trie;
  private final int[] alike;
  private final int[] named; // the token that each token reference means
  private final RecentSets local = new RecentSets();
  private final RecentSets masks = new RecentSets();
  private @Nullable RuleEnds ends;

  /// @throws GrammarException when the grammar names a token that the vocabulary lacks
  public StateMasks(CompiledGrammar grammar, TokenTrie trie) {
    this.automaton = grammar.automaton();
    this.trie = trie;
    Network network = automaton.network();
    this.alike = network.alike(trie.longest());
    this.named = network.tokenReferences.stream().mapToInt(trie::resolve).toArray();
  }

  /// The mask of a new answer.
  public GrammarMask mask() {
    return new GrammarMask(this);
  }

  TokenTrie trie() {
    return trie;
  }

  /// How far the ends of rules are; found when it is asked for.
  synchronized RuleEnds ends() {
    RuleEnds found = ends == null ? new RuleEnds(automaton.network()) : ends;
    ends = found;
    return found;
  }

  Automaton automaton() {
    return automaton;
  }

  /// The tokens that may come next; end tokens are left out.
  synchronized TokenSet of(State state) {
    TokenSet known = masks.get(state);
    if (known == null) {
      known = find(state);
      masks.put(state, known);
    }
    return known;
  }

  /// The state after a token.
  State after(State state, int token) {
    return automaton.stepToken(state, trie.bytes(token), reference -> means(reference, token));
  }

  private boolean means(int reference, int token) {
    boolean same = named[reference] == token;
    return automaton.tokenReference(reference).excluded() ? !same && !trie.isEnd(token) : same;
  }

  /// A token may come where it may come for one item, so each frame's items are asked by
  /// themselves.
  private TokenSet find(State state) {
    TokenSetBuilder tokens = new TokenSetBuilder(trie.words());
    for (RelativeState part : RelativeState.of(state)) {
      add(part, tokens);
    }
    return tokens.build(NONE);
  }

  /// Adds the tokens that may come after items of one frame.
  private void add(RelativeState part, TokenSetBuilder tokens) {
    Frame base = part.frame();
    for (int level = 0; level < MOST_LEVELS && base != null; level++) {
      TokenSet inside = inside(part, base);
      if (!inside.isGivenUp()) {
        tokens.addAll(inside);
        addBehind(base, inside, tokens);
        return;
      }
      base = RelativeState.parent(base); // of a rule of a few characters nearly all tokens go on
    }
    State whole = automaton.state(part.nodes(), part.frame());
    TokenSet known = local.get(whole);
    if (known == null) {
      known = walk(whole, Integer.MAX_VALUE);
      local.put(whole, known);
    }
    tokens.addAll(known);
  }

  private void addBehind(Frame base, TokenSet inside, TokenSetBuilder tokens) {
    if (inside.leaving().length > 0) {
      Closure behind = automaton.closure();
      behind.addReturns(base);
      State start = behind.state();
      TrieWalk walk = new TrieWalk(automaton, trie, tokens);
      for (int node : inside.leaving()) {
        walk.below(start, node);
      }
    }
  }

  /// The bytes of the sets that are kept.
  synchronized long bytes() {
    return local.bytes() + masks.bytes();
  }

  private TokenSet inside(RelativeState part, Frame base) {
    State relative = part.above(base, automaton, alike);
    TokenSet known = local.get(relative);
    if (known == null) {
      known = walk(relative, trie.nodes().size() / 16);
      local.put(relative, known);
    }
    return known;
  }

  private TokenSet walk(State state, int mostLeaving) {
    TokenSetBuilder tokens = new TokenSetBuilder(trie.words());
    TrieWalk walk = new TrieWalk(automaton, trie, tokens);
    walk.giveUpAfter(mostLeaving);
    if (!state.isStuck()) {
      walk.all(state);
    }
    if (walk.isGivenUp()) {
      return TokenSet.GIVEN_UP;
    }
    if (state.hasTokens) {
      addNamed(state, tokens);
    }
    return tokens.build(walk.leaving());
  }

  private void addNamed(State state, TokenSetBuilder tokens) {
    Edges.ByNode edges = automaton.network().tokens;
    for (int node : state.nodes) {
      for (int e = edges.start(node); e < edges.end(node); e++) {
        int reference = edges.get(e, 0);
        if (!automaton.network().live[edges.get(e, 1)]) {
          continue;
        }
        if (automaton.tokenReference(reference).excluded()) {
          long[] bits = tokens.bits();
          for (int id = 0; id < trie.vocabularySize(); id++) {
            bits[id >> 6] |= means(reference, id) ? 1L << id : 0;
          }
        } else {
          tokens.add(named[reference]);
        }
      }
    }
  }
}
