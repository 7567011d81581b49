package puna.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import puna.error.GrammarException;
import puna.grammar.Work;
import puna.grammar.schema.Formula.And;
import puna.grammar.schema.Formula.Atom;
import puna.grammar.schema.Formula.Members;
import puna.grammar.schema.Formula.Not;
import puna.grammar.schema.Formula.Or;
import puna.grammar.schema.Formula.Present;
import puna.grammar.schema.Predicate.Claim;

/// A formula as alternatives, each of which is a set of atoms that hold or do not.
///
/// Alternatives that contradict themselves are dropped, and a choice is dropped where what is known
/// already implies one of its options: that is what keeps `oneOf` over tagged objects small.
final class Clauses {
  private static final int MOST_CLAUSES = 512;
  private static final int MOST_EXACT = 96;
  private static final int MOST_OPTIONS = 2048;
  private static final int MOST_ATOMS = 2000;
  private static final int MOST_STEPS = 40_000;

  private final Predicate<Set<Claim>> impossible;
  private boolean exact = true;
  private int steps;

  /// @param impossible true for claims that no value fulfils, as far as that is cheap to say
  Clauses(Predicate<Set<Claim>> impossible) {
    this.impossible = impossible;
  }

  /// An atom that holds, or one that does not.
  record Signed(Atom atom, boolean positive) {
    Signed not() {
      return new Signed(atom, !positive);
    }
  }

  /// Where the alternatives multiply, those are left out that break a rule by the value of a member
  /// and could as well break it by its absence: that only takes values away.
  ///
  /// @throws GrammarException when there are too many even so
  List<Set<Signed>> of(Formula formula) {
    try {
      return of(formula, true);
    } catch (GrammarException e) {
      exact = false;
      steps = 0;
      return of(formula, true);
    }
  }

  private List<Set<Signed>> of(Formula formula, boolean holds) {
    return switch (formula) {
      case Not(Formula negated) -> of(negated, !holds);
      case And(List<Formula> parts) -> holds ? all(parts, true) : any(parts, false);
      case Or(List<Formula> options) -> holds ? any(options, true) : all(options, false);
      case Atom atom -> List.of(Set.of(new Signed(atom, holds)));
    };
  }

  private List<Set<Signed>> any(List<Formula> formulas, boolean holds) {
    Set<Set<Signed>> clauses = new LinkedHashSet<>();
    for (Formula formula : formulas) {
      clauses.addAll(of(formula, holds));
      if (clauses.size() > MOST_OPTIONS) {
        throw new GrammarException("has more than %s alternatives".formatted(MOST_OPTIONS));
      }
    }
    return widest(clauses);
  }

  private List<Set<Signed>> all(List<Formula> formulas, boolean holds) {
    // what is certain first: it rules out options of what is not
    List<List<Set<Signed>>> choices = new ArrayList<>();
    Set<Signed> certain = new LinkedHashSet<>();
    for (Formula formula : formulas) {
      List<Set<Signed>> options = of(formula, holds);
      if (options.size() == 1) {
        certain.addAll(options.getFirst());
      } else {
        choices.add(options);
      }
    }
    if (certain.size() > MOST_ATOMS) {
      throw new GrammarException("asks for more than %s things at once".formatted(MOST_ATOMS));
    }
    if (contradictsAny(certain, certain)) {
      return List.of();
    }
    choices.sort((one, other) -> Integer.compare(one.size(), other.size()));
    List<Set<Signed>> clauses = List.of(certain);
    for (List<Set<Signed>> options : choices) {
      Set<Set<Signed>> next = new LinkedHashSet<>();
      for (Set<Signed> clause : clauses) {
        addProducts(clause, options, next);
        check(next.size());
      }
      clauses = widest(next);
    }
    return clauses;
  }

  private void addProducts(Set<Signed> clause, List<Set<Signed>> options, Set<Set<Signed>> into) {
    for (Set<Signed> option : options) {
      if (areImplied(option, clause)) {
        into.add(clause);
        return;
      }
    }
    List<Set<Signed>> products = new ArrayList<>();
    List<Set<Signed>> plain = new ArrayList<>();
    for (Set<Signed> option : options) {
      Set<Signed> product = new LinkedHashSet<>(clause);
      product.addAll(option);
      Work.spend(product.size());
      step();
      if (!contradictsAny(option, product)) {
        products.add(product);
        if (!hasWrongValue(option)) {
          plain.add(product);
        }
      }
    }
    into.addAll(exact || plain.isEmpty() ? products : plain);
  }

  private static boolean hasWrongValue(Set<Signed> option) {
    for (Signed signed : option) {
      if (!signed.positive() && signed.atom() instanceof Members) {
        return true;
      }
    }
    return false;
  }

  /// Without those that ask for more than another one.
  private static List<Set<Signed>> widest(Set<Set<Signed>> clauses) {
    if (clauses.size() > MOST_EXACT) {
      return List.copyOf(clauses);
    }
    List<Set<Signed>> widest = new ArrayList<>();
    for (Set<Signed> clause : clauses) {
      boolean covered = false;
      for (Set<Signed> other : clauses) {
        covered |= other.size() < clause.size() && clause.containsAll(other);
      }
      if (!covered) {
        widest.add(clause);
      }
    }
    return widest;
  }

  private void step() {
    if (++steps > MOST_STEPS) {
      throw new GrammarException("combines into too many alternatives");
    }
  }

  private void check(int clauses) {
    if (clauses > (exact ? MOST_EXACT : MOST_CLAUSES)) {
      throw new GrammarException("combines into more than %s alternatives".formatted(MOST_CLAUSES));
    }
  }

  private boolean areImplied(Set<Signed> atoms, Set<Signed> clause) {
    for (Signed atom : atoms) {
      if (!isImplied(atom, clause)) {
        return false;
      }
    }
    return true;
  }

  private boolean isImplied(Signed atom, Set<Signed> clause) {
    if (clause.contains(atom)) {
      return true;
    }
    if (atom.atom() instanceof Present(String name)) {
      return atom.positive() ? isDemanded(name, clause) : impossible.test(claims(name, clause));
    }
    // a member that must be there and cannot have the claimed value
    if (!atom.positive()
        && atom.atom() instanceof Members(Dfa names, Claim claim)
        && single(names).isPresent()) {
      String name = single(names).get();
      if (clause.contains(new Signed(new Present(name), true)) || isDemanded(name, clause)) {
        Set<Claim> claims = claims(name, clause);
        claims.add(claim);
        return impossible.test(claims);
      }
    }
    return false;
  }

  private boolean contradictsAny(Set<Signed> atoms, Set<Signed> clause) {
    for (Signed atom : atoms) {
      if (contradicts(atom, clause)) {
        return true;
      }
    }
    return false;
  }

  private boolean contradicts(Signed atom, Set<Signed> clause) {
    if (clause.contains(atom.not())) {
      return true;
    }
    if (atom.atom() instanceof Present(String name)) {
      return atom.positive() ? impossible.test(claims(name, clause)) : isDemanded(name, clause);
    }
    Optional<String> member =
        atom.atom() instanceof Members(Dfa names, Claim _) ? single(names) : Optional.empty();
    return member.isPresent()
        && (!atom.positive() || clause.contains(new Signed(new Present(member.get()), true)))
        && impossible.test(claims(member.get(), clause));
  }

  private static boolean isDemanded(String name, Set<Signed> clause) {
    for (Signed signed : clause) {
      if (!signed.positive()
          && signed.atom() instanceof Members(Dfa names, Claim _)
          && names.isWord(name)) {
        return true;
      }
    }
    return false;
  }

  /// What a clause claims of the member of a name, if there is one.
  private static Set<Claim> claims(String name, Set<Signed> clause) {
    Set<Claim> claims = new LinkedHashSet<>();
    for (Signed signed : clause) {
      if (signed.atom() instanceof Members(Dfa names, Claim claim) && names.accepts(name)) {
        if (signed.positive()) {
          claims.add(claim);
        } else if (names.isWord(name)) {
          claims.add(claim.not());
        }
      }
    }
    return claims;
  }

  private static Optional<String> single(Dfa names) {
    Optional<List<String>> words = names.words(1);
    return words.isPresent() && words.get().size() == 1
        ? Optional.of(words.get().getFirst())
        : Optional.empty();
  }
}
