package puna.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.Words;
import puna.grammar.schema.Clauses.Signed;
import puna.grammar.schema.Formula.Members;
import puna.grammar.schema.Formula.Present;
import puna.grammar.schema.Formula.SizeAtLeast;
import puna.grammar.schema.Predicate.Claim;

/// What one clause asks of an object: of members by name, and of classes of all other names.
final class ObjectShape {
  /// More members than this are not generated where a schema bounds the number at all.
  static final int LARGEST = 1024;

  private static final int MOST_CLASSES = 64;
  private static final int MOST_WORDS = 32;

  private int minimum;
  private int maximum = Integer.MAX_VALUE;
  private String minimumPlace = "";
  private final Set<String> present = new LinkedHashSet<>();
  private final Set<String> absent = new LinkedHashSet<>();
  private final List<Members> constraints = new ArrayList<>();
  private final Map<String, Set<Claim>> ofWords = new HashMap<>();
  private final List<Members> ofSets = new ArrayList<>();
  private final List<Members> witnesses = new ArrayList<>();
  private final List<Named> named = new ArrayList<>();
  private final List<Others> others = new ArrayList<>();

  /// A member of a name.
  ///
  /// @param witnesses bit `i` is set where the member can be the one that witness `i` asks for
  record Named(String name, boolean required, Set<Claim> claims, int witnesses) {}

  /// The members of all names of a class.
  record Others(Dfa names, Set<Claim> claims, int witnesses) {}

  static ObjectShape of(Set<Signed> clause) {
    ObjectShape shape = new ObjectShape();
    clause.forEach(shape::add);
    shape.narrowWitnesses();
    if (shape.witnesses.size() > 4) {
      throw new GrammarException(
          "more than four members of some name that must break a rule cannot be kept");
    }
    shape.split();
    if (shape.maximum != Integer.MAX_VALUE) {
      shape.maximum = Math.min(shape.maximum, LARGEST);
    }
    return shape;
  }

  private void add(Signed signed) {
    boolean positive = signed.positive();
    switch (signed.atom()) {
      case SizeAtLeast(int size, String place) -> {
        if (positive && size > minimum) {
          minimum = size;
          minimumPlace = place;
        } else if (!positive) {
          maximum = Math.min(maximum, size - 1);
        }
      }
      case Present(String name) -> {
        if (positive) {
          present.add(name);
        } else {
          absent.add(name);
        }
      }
      case Members members when positive -> constraints.add(members);
      case Members(Dfa names, Claim claim) -> {
        List<String> words = names.words(1).orElse(List.of());
        if (words.size() == 1) {
          present.add(words.getFirst());
          constraints.add(new Members(names, claim.not()));
        } else {
          witnesses.add(new Members(names, claim.not()));
        }
      }
      default -> throw new IllegalStateException(signed + " is not about objects");
    }
  }

  /// A member that must break a rule has one of the names that are not forbidden. Where there is
  /// one such name, the member must be there; where rules ask for the same, one member breaks all.
  private void narrowWitnesses() {
    if (witnesses.isEmpty()) {
      return;
    }
    Dfa possible = Dfa.ANY;
    for (Members members : constraints) {
      possible = members.claim().isNever() ? possible.minus(members.names()) : possible;
    }
    Set<Members> narrowed = new LinkedHashSet<>();
    for (Members witness : witnesses) {
      Claim claim = witness.claim().isAlways() ? Claim.NEVER.not() : witness.claim();
      Members narrow = new Members(witness.names().and(possible), claim);
      List<String> words = narrow.names().words(1).orElse(List.of());
      if (words.size() == 1) {
        present.add(words.getFirst());
        constraints.add(narrow);
      } else {
        narrowed.add(narrow);
      }
    }
    witnesses.clear();
    witnesses.addAll(narrowed);
  }

  private void split() {
    // in the schema's order: members of a name come as the schema lists them
    Set<String> names = new LinkedHashSet<>();
    for (Members members : constraints) {
      List<String> words = words(members);
      words.forEach(
          name -> ofWords.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(members.claim()));
      names.addAll(words);
      if (words.isEmpty()) {
        ofSets.add(members);
      }
    }
    witnesses.forEach(members -> words(members).forEach(names::add));
    names.addAll(present);
    names.addAll(absent);
    Dfa rest = names.isEmpty() ? Dfa.ANY : Dfa.words(names).complement();
    List<Dfa> classes = new ArrayList<>(List.of(rest));
    for (Members members : ofSets) { // no class has a word of the others
      classes = split(classes, members.names());
    }
    for (Members members : witnesses) {
      classes = split(classes, members.names());
    }
    List<Others> infinite = new ArrayList<>();
    for (Dfa dfa : classes) {
      List<String> words = dfa.words(MOST_WORDS).orElse(List.of());
      if (!words.isEmpty()) {
        names.addAll(words);
      } else {
        String sample = sample(dfa);
        Set<Claim> claims = claims(sample);
        if (!hasNever(claims)) {
          infinite.add(new Others(dfa, claims, witnessMask(sample)));
        }
      }
    }
    names.forEach(this::addNamed);
    others.addAll(infinite);
  }

  private void addNamed(String name) {
    Set<Claim> claims = claims(name);
    if (absent.contains(name)) {
      claims.add(Claim.NEVER);
    }
    boolean required = present.contains(name);
    if (required || !hasNever(claims)) {
      named.add(new Named(name, required, claims, witnessMask(name)));
    }
  }

  private static boolean hasNever(Set<Claim> claims) {
    for (Claim claim : claims) {
      if (claim.isNever()) {
        return true;
      }
    }
    return false;
  }

  private static List<String> words(Members members) {
    return members.names().words(MOST_WORDS).orElse(List.of());
  }

  private static List<Dfa> split(List<Dfa> classes, Dfa names) {
    Map<Dfa, Boolean> result = new LinkedHashMap<>();
    for (Dfa dfa : classes) {
      Dfa inside = dfa.and(names);
      if (inside.isEmpty() || inside.equals(dfa)) {
        result.put(dfa, true);
        continue;
      }
      result.put(inside, true);
      result.put(dfa.minus(names), true);
    }
    if (result.size() > MOST_CLASSES) {
      throw new GrammarException(
          "patternProperties: more than %s combinations of patterns".formatted(MOST_CLASSES));
    }
    return List.copyOf(result.keySet());
  }

  /// Some text of a set that is not empty: by the classes' making, it stands for all.
  private static String sample(Dfa dfa) {
    return dfa.shortest();
  }

  private Set<Claim> claims(String name) {
    Set<Claim> claims = new LinkedHashSet<>(ofWords.getOrDefault(name, Set.of()));
    for (Members members : ofSets) {
      if (members.names().accepts(name)) {
        claims.add(members.claim());
      }
    }
    return claims;
  }

  private int witnessMask(String name) {
    int mask = 0;
    for (int i = 0; i < witnesses.size(); i++) {
      mask |= witnesses.get(i).names().accepts(name) ? 1 << i : 0;
    }
    return mask;
  }

  /// Takes away the members that nothing is said of, where others are named.
  void close() {
    if (!named.isEmpty()) {
      others.removeIf(other -> other.claims().isEmpty());
    }
  }

  /// All names that may come, where they may run out.
  Optional<Words> names() {
    if (isOpen()) {
      return Optional.empty();
    }
    Dfa names = Dfa.words(named.stream().map(Named::name).toList());
    for (Others other : others) {
      names = names.or(other.names());
    }
    return Optional.of(new DfaWords(names));
  }

  /// True where any beginning of a name can be the beginning of one more.
  private boolean isOpen() {
    for (Others other : others) {
      boolean total = true;
      for (int state = 0; state < other.names().size(); state++) {
        for (int target : other.names().targets(state)) {
          total &= target != Dfa.DEAD;
        }
      }
      if (total) {
        return true;
      }
    }
    return false;
  }

  int minimum() {
    return minimum;
  }

  String minimumPlace() {
    return minimumPlace;
  }

  int maximum() {
    return maximum;
  }

  List<Named> named() {
    return named;
  }

  List<Others> others() {
    return others;
  }

  /// The claims of which each must hold for some member.
  List<Claim> witnesses() {
    return witnesses.stream().map(Members::claim).toList();
  }
}
