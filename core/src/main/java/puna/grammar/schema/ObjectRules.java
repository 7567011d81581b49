package puna.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.Demand;
import puna.grammar.Rule;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Repeat;
import puna.grammar.Words;
import puna.grammar.schema.ObjectShape.Named;
import puna.grammar.schema.ObjectShape.Others;
import puna.grammar.schema.Predicate.Claim;

/// Objects as rules: one for each set of named members that came and each count that matters.
///
/// Where nothing matters but which named members came, one rule with marks stands for all of them.
///
/// Up to [#MOST_FREE] named members come in any order, with marks any number, otherwise in the
/// schema's. No named member comes twice. Other members may come anywhere; that two of them have
/// different names is kept beside the rules (see [Demand]), so all count where a number is asked
/// for. Only the last of them can be the member that must break a rule.
final class ObjectRules {
  static final int MOST_FREE = 6;

  /// Set from the first member on; all other marks are members, in their order.
  private static final long BEGUN = 1;

  private static final int MOST_MARKED = Long.SIZE - 1;

  /// Orders are counted over all alternatives of an object: each subset of members is a rule.
  private static final int MOST_SUBSETS = 1024;

  private final Values values;
  private final SchemaOptions options;

  ObjectRules(Values values, SchemaOptions options) {
    this.values = values;
    this.options = options;
  }

  /// @param alternatives of the object that this shape is one of
  Rule rule(ObjectShape shape, int alternatives) {
    if (options.objects() == SchemaOptions.Objects.CLOSED) {
      shape.close();
    }
    Optional<Words> names = shape.names();
    boolean tooFew = names.filter(words -> words.count(0) < shape.minimum()).isPresent();
    if (shape.minimum() > shape.maximum() || tooFew) {
      return Simplifier.NOTHING;
    }
    if (shape.minimum() > ObjectShape.LARGEST) {
      throw new GrammarException(
          "%s: minProperties can only be kept up to %s"
              .formatted(shape.minimumPlace(), ObjectShape.LARGEST));
    }
    List<Rule> parts = new ArrayList<>(List.of(new Literal("{")));
    Emission emission = new Emission(shape, alternatives);
    if (!shape.others().isEmpty() || emission.isMany()) {
      parts.add(new Rule.Asked(new Demand(Demand.Kind.NAMES, names)));
    }
    parts.add(emission.rule());
    return Simplifier.sequence(parts);
  }

  /// @param first whether no member came yet
  /// @param named which named members came, by bit; in a fixed order, how many are behind
  /// @param count of named members, as far as it matters
  /// @param others how many other members came, as far as it matters
  /// @param good witnesses found that the next other member may replace
  /// @param sure witnesses found for good
  /// @param passing in a fixed order, whether the last named member was left out, of a member that
  ///   must follow now
  private record State(
      boolean first, long named, int count, int others, int good, int sure, boolean passing) {}

  private final class Emission {
    private final ObjectShape shape;
    private final List<Named> named;
    private final boolean anyOrder;
    private final List<Claim> witnesses;
    private final int all;
    private final OpenRules<State> rules = new OpenRules<>(values.table(), "object");

    Emission(ObjectShape shape, int alternatives) {
      this.shape = shape;
      this.named = shape.named();
      this.anyOrder =
          options.order() == SchemaOptions.Order.FREE
              && named.size() <= MOST_FREE
              && (long) alternatives << named.size() <= MOST_SUBSETS;
      this.witnesses = shape.witnesses();
      this.all = (1 << witnesses.size()) - 1;
    }

    Rule rule() {
      if (isFree()) {
        return marked();
      }
      Rule start = rules.name(new State(true, 0, 0, 0, 0, 0, false));
      rules.writeAll(this::body);
      return start;
    }

    /// True where all that matters is which named members came: then marks say it, and one rule
    /// stands for the rules of all subsets.
    private boolean isFree() {
      return options.order() == SchemaOptions.Order.FREE
          && requiredMembers() <= MOST_MARKED
          && named.size() > 1
          && witnesses.isEmpty()
          && shape.minimum() <= Math.max(1, requiredMembers())
          && shape.maximum() == Integer.MAX_VALUE;
    }

    /// True for more names than there are marks: only the required ones are marked, and that none
    /// comes twice is kept beside the rules.
    boolean isMany() {
      return isFree() && named.size() > MOST_MARKED;
    }

    private long requiredMembers() {
      return named.stream().filter(Named::required).count();
    }

    private Rule marked() {
      List<Rule> members = new ArrayList<>();
      List<Rule> missing = new ArrayList<>();
      long required = BEGUN;
      int used = 1;
      for (Named member : named) {
        boolean marks = !isMany() || member.required();
        long bit = marks ? 1L << used++ : 0;
        required |= member.required() ? bit : 0;
        Rule absent = marks ? new Marks(bit, 0, 0) : Simplifier.EMPTY;
        missing.add(absent);
        Rule name = values.textRules().string(member.name());
        members.add(
            Simplifier.sequence(
                List.of(
                    absent,
                    name,
                    marks ? new Marks(0, 0, bit) : Simplifier.EMPTY,
                    values.layout().colon(),
                    values.value(member.claims()))));
      }
      for (Others others : shape.others()) {
        members.add(member(values.textRules().string(others.names()), others.claims()));
      }
      Rule more =
          shape.others().isEmpty() && !isMany() ? Simplifier.choice(missing) : Simplifier.EMPTY;
      return marked(Simplifier.choice(members), more, required);
    }

    /// One loop for all members, the first one too: written beside the others it would be all their
    /// names once more.
    private Rule marked(Rule member, Rule more, long required) {
      Layout layout = values.layout();
      Rule first = Simplifier.sequence(List.of(new Marks(BEGUN, 0, BEGUN), layout.part(true)));
      Rule next = Simplifier.sequence(List.of(new Marks(0, BEGUN, 0), more, layout.part(false)));
      Rule members = Simplifier.sequence(List.of(Simplifier.choice(List.of(first, next)), member));
      List<Rule> options = new ArrayList<>();
      options.add(
          Simplifier.sequence(
              List.of(
                  Simplifier.repeat(members, 0, Repeat.UNBOUNDED),
                  new Marks(0, required, 0),
                  layout.close(false, "}"))));
      if (required == BEGUN && shape.minimum() == 0) {
        options.add(layout.close(true, "}"));
      }
      return values.table().named("object", Simplifier.choice(options));
    }

    private Rule body(State state) {
      List<Rule> members = new ArrayList<>();
      addMembers(state, members);
      Rule next = Simplifier.choice(members);
      if (state.passing()) {
        return next; // behind what stands between two members, which comes once for all of them
      }
      List<Rule> options = new ArrayList<>();
      if (isComplete(state)) {
        options.add(values.layout().close(state.first(), "}"));
      }
      if (!members.isEmpty()) {
        options.add(values.layout().part(state.first(), next));
      }
      return Simplifier.choice(options);
    }

    private boolean isComplete(State state) {
      for (int i = 0; i < named.size(); i++) {
        boolean behind = anyOrder ? (state.named() >>> i & 1) == 1 : i < state.named();
        if (named.get(i).required() && !behind) {
          return false;
        }
      }
      return state.count() + state.others() >= shape.minimum()
          && (state.good() | state.sure()) == all;
    }

    private void addMembers(State state, List<Rule> options) {
      if (isFull(state)) {
        return;
      }
      if (anyOrder) {
        for (int i = 0; i < named.size(); i++) {
          if ((state.named() >>> i & 1) == 0) {
            addNamed(state, i, state.named() | 1L << i, options);
          }
        }
      } else if (state.named() < named.size()) {
        int i = (int) state.named();
        addNamed(state, i, i + 1L, options);
        if (!named.get(i).required() && i + 1 < named.size()) {
          options.add(rules.name(passed(state)));
        }
      }
      if (state.passing()) {
        return; // others came before the member that was passed
      }
      for (Others others : shape.others()) {
        addOthers(state, others, options);
      }
    }

    /// In the fixed order, without the next named member.
    private static State passed(State state) {
      return new State(
          state.first(),
          state.named() + 1,
          state.count(),
          state.others(),
          state.good(),
          state.sure(),
          true);
    }

    private boolean isFull(State state) {
      return shape.maximum() != Integer.MAX_VALUE
          && state.count() + state.others() >= shape.maximum();
    }

    private int counted(int count) {
      return shape.maximum() == Integer.MAX_VALUE ? Math.min(count, shape.minimum()) : count;
    }

    private void addNamed(State state, int i, long behind, List<Rule> options) {
      Named member = named.get(i);
      Rule name = values.textRules().string(member.name());
      for (int chosen : subsets(member.witnesses() & ~state.sure())) {
        State next =
            new State(
                false,
                behind,
                counted(state.count() + 1),
                state.others(),
                state.good() & ~chosen,
                state.sure() | chosen,
                false);
        Rule text = member(name, claims(member.claims(), chosen));
        options.add(Simplifier.sequence(List.of(text, rules.name(next))));
      }
    }

    private void addOthers(State state, Others others, List<Rule> options) {
      Rule name = values.textRules().string(others.names());
      int cap = shape.maximum() == Integer.MAX_VALUE ? shape.minimum() : Integer.MAX_VALUE;
      for (int chosen : subsets(others.witnesses() & ~state.sure())) {
        // it may have the name of the one that was good before, and replace it
        int good = state.good() & ~others.witnesses() | chosen;
        State next =
            new State(
                false,
                state.named(),
                state.count(),
                Math.min(cap, state.others() + 1),
                good,
                state.sure(),
                false);
        Rule text = member(name, claims(others.claims(), chosen));
        options.add(Simplifier.sequence(List.of(text, rules.name(next))));
      }
    }

    private Rule member(Rule name, Set<Claim> claims) {
      return Simplifier.sequence(List.of(name, values.layout().colon(), values.value(claims)));
    }

    private Set<Claim> claims(Set<Claim> claims, int chosen) {
      Set<Claim> more = new LinkedHashSet<>(claims);
      for (int i = 0; i < witnesses.size(); i++) {
        if ((chosen >>> i & 1) == 1) {
          more.add(witnesses.get(i));
        }
      }
      return more;
    }

    private static List<Integer> subsets(int mask) {
      List<Integer> subsets = new ArrayList<>();
      for (int subset = mask; ; subset = (subset - 1) & mask) {
        subsets.add(subset);
        if (subset == 0) {
          return subsets;
        }
      }
    }
  }
}
