package puna.grammar;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// Writes grammars as GBNF, one rule a line, the root first.
///
/// Names are reduced to letters, digits and dashes, with a number where two would be the same.
public final class GbnfWriter {
  /// The class that has no character: GBNF has no other way to say that nothing is allowed.
  private static final String NOTHING = "[^\\x00-\\U0010FFFF]";

  private final Map<String, String> names = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  private GbnfWriter() {}

  public static String write(Grammar marked) {
    Grammar grammar = WrittenOut.of(marked);
    LeftCorners.of(grammar); // what cannot be written is refused: undefined and too deep
    GbnfWriter writer = new GbnfWriter();
    Map<String, Rule> sorted = new TreeMap<>(grammar.rules());
    writer.name(grammar.root(), sorted.keySet());
    writer.rule(grammar.root(), sorted);
    for (String name : sorted.keySet()) {
      if (!name.equals(grammar.root())) {
        writer.rule(name, sorted);
      }
    }
    return writer.out.toString();
  }

  private void name(String root, Set<String> all) {
    Set<String> taken = new HashSet<>(Set.of("root"));
    names.put(root, "root");
    for (String name : all) {
      if (name.equals(root)) {
        continue;
      }
      String plain = name.replaceAll("[^a-zA-Z0-9]+", "-");
      String base = plain.isEmpty() ? "rule" : plain;
      String unique = base;
      for (int i = 2; !taken.add(unique); i++) {
        unique = base + "-" + i;
      }
      names.put(name, unique);
    }
  }

  private void rule(String name, Map<String, Rule> rules) {
    out.append(names.get(name)).append(" ::= ");
    Rule rule = rules.get(name);
    if (rule != null) {
      write(rule, Tightness.CHOICE);
    }
    out.append('\n');
  }

  private void write(Rule rule, Tightness allowed) {
    switch (rule) {
      case Literal(String text) -> {
        if (text.isEmpty() && allowed == Tightness.ATOM) {
          out.append("(\"\")"); // llama.cpp repeats no bare empty literal
        } else {
          literal(text);
        }
      }
      case CharacterSet(List<Integer> ranges) -> characters(ranges);
      case Rule.Spelled(String text) -> write(new Literal(Spelling.plainest(text)), allowed);
      case Rule.Asked _ -> write(new Literal(""), allowed); // GBNF has no words for it
      case Sequence(List<Rule> parts) -> sequence(parts, allowed);
      case Choice(List<Rule> options) -> choice(options, allowed);
      case Repeat repeat -> {
        if (allowed == Tightness.ATOM) {
          group(rule);
        } else {
          write(repeat.body(), Tightness.ATOM);
          out.append(quantifier(repeat));
        }
      }
      case Reference(String name) -> out.append(names.get(name));
      case Token(String text, boolean excluded) ->
          out.append(excluded ? "!" : "")
              .append(text.startsWith("<") && text.endsWith(">") ? text : "<" + text + ">");
      case Marks _ -> throw new IllegalStateException("GBNF has no marks");
    }
  }

  private void group(Rule rule) {
    out.append('(');
    write(rule, Tightness.CHOICE);
    out.append(')');
  }

  private void sequence(List<Rule> parts, Tightness allowed) {
    if (parts.isEmpty()) {
      write(new Literal(""), allowed);
    } else if (parts.size() > 1 && parts.getFirst() instanceof Rule.Asked) {
      sequence(parts.subList(1, parts.size()), allowed);
    } else if (parts.size() > 1 && allowed == Tightness.ATOM) {
      group(new Sequence(parts));
    } else {
      String between = "";
      for (Rule part : parts) {
        out.append(between);
        write(part, parts.size() > 1 ? Tightness.SEQUENCE : allowed);
        between = " ";
      }
    }
  }

  private void choice(List<Rule> options, Tightness allowed) {
    if (options.isEmpty()) {
      out.append(NOTHING);
    } else if (options.size() > 1 && allowed != Tightness.CHOICE) {
      group(new Choice(options));
    } else {
      String between = "";
      for (Rule option : options) {
        out.append(between);
        write(option, options.size() > 1 ? Tightness.SEQUENCE : allowed);
        between = " | ";
      }
    }
  }

  private static String quantifier(Repeat repeat) {
    int minimum = repeat.minimum();
    int maximum = repeat.maximum();
    if (maximum == Repeat.UNBOUNDED) {
      return minimum == 0 ? "*" : minimum == 1 ? "+" : "{" + minimum + ",}";
    }
    if (minimum == 0 && maximum == 1) {
      return "?";
    }
    return minimum == maximum ? "{" + minimum + "}" : "{" + minimum + "," + maximum + "}";
  }

  private void literal(String text) {
    out.append('"');
    text.codePoints().forEach(c -> character(c, "\"\\"));
    out.append('"');
  }

  private void characters(List<Integer> ranges) {
    if (ranges.isEmpty()) {
      out.append(NOTHING);
      return;
    }
    if (ranges.equals(CodePoints.any().toSet().ranges())) {
      out.append('.');
      return;
    }
    out.append('[');
    for (int i = 0; i < ranges.size(); i += 2) {
      character(ranges.get(i), "[]^-\\");
      if (!ranges.get(i).equals(ranges.get(i + 1))) {
        out.append('-');
        character(ranges.get(i + 1), "[]^-\\");
      }
    }
    out.append(']');
  }

  private void character(int c, String escaped) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '^' -> out.append(escaped.indexOf('^') >= 0 ? "\\x5E" : "^");
      default -> {
        if (escaped.indexOf(c) >= 0) {
          out.append('\\').append((char) c);
        } else if (c >= ' ' && c < 0x7F) {
          out.append((char) c);
        } else {
          out.append(c < 0x100 ? "\\x%02X" : c < 0x10000 ? "\\u%04X" : "\\U%08X");
          int start = out.lastIndexOf("\\");
          out.replace(start, out.length(), String.format(Locale.ROOT, out.substring(start), c));
        }
      }
    }
  }

  /// What may stand in a place without a group of its own.
  private enum Tightness {
    CHOICE,
    SEQUENCE,
    ATOM
  }
}
