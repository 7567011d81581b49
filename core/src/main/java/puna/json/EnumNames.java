package puna.json;

import java.util.LinkedHashMap;
import java.util.Map;
import puna.json.TypeShape.Constants;

/// The constants of an enum by their names in JSON.
final class EnumNames {
  private EnumNames() {}

  static Constants shape(Class<?> type) {
    Map<String, Object> byName = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      String name = name((Enum<?>) constant);
      if (byName.put(name, constant) != null) {
        throw new IllegalArgumentException(
            "%s: two constants have the name \"%s\" in JSON".formatted(type.getName(), name));
      }
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException(
          type.getName() + ": an enum without constants has no values");
    }
    return new Constants(type, byName);
  }

  static String name(Enum<?> constant) {
    try {
      return new Notes(constant.getDeclaringClass().getField(constant.name()))
          .name()
          .orElse(constant.name());
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException(constant + " is no constant of its enum", e);
    }
  }
}
