package puna.json;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.json.TypeShape.Constants;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.Tag;

/// Sealed interfaces: what they permit, and the member that tells it apart.
final class Sealed {
  private Sealed() {}

  /// The member that tells the records of a sealed interface apart: what the interface says, or one
  /// that it extends.
  static String tagName(Class<?> type) {
    return saidTag(type).orElse(JsonBinding.TAG);
  }

  private static Optional<String> saidTag(Class<?> type) {
    Optional<String> said = new Notes(type).tag();
    for (Class<?> parent : type.getInterfaces()) {
      said = said.or(() -> saidTag(parent));
    }
    return said;
  }

  /// The tag that a record of a sealed interface is written with; empty for other records.
  static Optional<Tag> tag(Class<?> type) {
    for (Class<?> parent : type.getInterfaces()) {
      if (parent.isSealed()) {
        String name = new Notes(type).typeName().orElse(type.getSimpleName());
        return Optional.of(new Tag(tagName(parent), name));
      }
    }
    return Optional.empty();
  }

  /// The records and enums of a sealed interface, also those of sealed interfaces within it.
  static List<Type> permitted(Class<?> type, Type key) {
    List<Type> all = new ArrayList<>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      TypeArguments.permitted(permitted, key)
          .ifPresent(subtype -> {
            if (permitted.isInterface() && permitted.isSealed()) {
              permitted(permitted, subtype).stream()
                  .filter(inner -> !all.contains(inner))
                  .forEach(all::add);
            } else if (!all.contains(subtype)) {
              all.add(subtype);
            }
          });
    }
    return all;
  }

  static void add(Fields fields, String tagName, Map<String, Fields> variants) {
    Tag tag = fields.tag().orElseThrow();
    if (!tag.name().equals(tagName)) {
      throw new IllegalArgumentException(
          "%s: its sealed interfaces tell their records apart by different members, `%s` and `%s`"
              .formatted(fields.type().getName(), tag.name(), tagName));
    }
    boolean taken =
        RecordMember.of(fields.type()).stream()
            .anyMatch(member -> member.name().equals(tag.name()));
    if (taken) {
      throw new IllegalArgumentException(
          "%s: a record of a sealed interface may have no component named `%s`: it tells the records apart; choose another member by @JsonTag on the interface"
              .formatted(fields.type().getName(), tag.name()));
    }
    if (variants.put(tag.value(), fields) != null) {
      throw new IllegalArgumentException(
          "%s: the records of a sealed interface must have different names, by @JsonName where the simple names are equal"
              .formatted(fields.type().getName()));
    }
  }

  static void add(Constants names, List<Constants> constants) {
    for (Constants others : constants) {
      for (String name : names.byName().keySet()) {
        if (others.byName().containsKey(name)) {
          throw new IllegalArgumentException(
              "%s: another enum of the sealed interface has a constant \"%s\" too"
                  .formatted(names.type().getName(), name));
        }
      }
    }
    constants.add(names);
  }
}
