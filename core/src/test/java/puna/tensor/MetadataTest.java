package puna.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.error.ModelFormatException;

class MetadataTest {
  @Test
  void remembersWhichKeysWereAskedFor() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String key : new String[] {"a.string", "a.integer", "a.number", "a.bool", "a.has"}) {
      values.put(key, 1L);
    }
    values.put("a.left", 2L);
    values.put("a.array", new long[] {1});
    values.put("b.left", 2L);
    Metadata metadata = new Metadata("test", values);
    assertThat(metadata.unread("a.")).hasSize(7);
    metadata.integer("a.integer");
    metadata.number("a.number");
    metadata.has("a.has");
    metadata.isIntegers("a.array");
    try {
      metadata.string("a.string");
    } catch (ModelFormatException e) {
      metadata.values().get("a.left");
    }
    assertThat(metadata.unread("a.")).containsExactly("a.bool", "a.left");
    assertThat(metadata.unread("")).containsExactly("a.bool", "a.left", "b.left");
  }

  @Test
  void tellsArraysFromNumbers() {
    Metadata metadata = new Metadata("test", Map.of("one", 1L, "many", new long[] {1}));
    assertThat(metadata.isIntegers("one")).isFalse();
    assertThat(metadata.isIntegers("many")).isTrue();
    assertThat(metadata.isIntegers("none")).isFalse();
  }
}
