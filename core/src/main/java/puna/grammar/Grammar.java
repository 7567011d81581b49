package puna.grammar;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Named rules, one of which a whole text must match.
///
/// @param rules by name
/// @param root the name of the rule that the whole text must match
public record Grammar(Map<String, Rule> rules, String root) {
  public Grammar {
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
  }
}
