package puna.hub;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import puna.error.ModelNotFoundException;
import puna.tensor.Metadata;

/// A model that lies among the class-path resources, as its `model.properties` describes it.
///
/// @param file the plain name of its file, beside the properties
/// @param bytes of the file
/// @param sha256 of the file, 64 hexadecimal digits in lower case
/// @param metadata what else is said of the model, by the names of GGUF's keys, such as
///   `general.sampling.temp`
/// @param properties where the description was found
record EmbeddedModel(
    String name,
    String file,
    long bytes,
    String sha256,
    String description,
    String license,
    Metadata metadata,
    URL properties) {
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern BYTES = Pattern.compile("[1-9][0-9]{0,17}");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+\\.[0-9]+");
  private static final String METADATA = "general.";

  /// Reads a description.
  ///
  /// @throws ModelNotFoundException when a key is missing or malformed
  static EmbeddedModel read(String name, URL properties) {
    Properties values = new Properties();
    try (Reader reader =
        new InputStreamReader(Resources.open(properties), StandardCharsets.UTF_8)) {
      values.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelNotFoundException(
          "%s: cannot be read (%s), replace the artifact of model %s"
              .formatted(properties, e.getMessage(), name),
          e);
    }
    return new EmbeddedModel(
        name,
        required(values, "file", FILE, name, properties),
        Long.parseLong(required(values, "bytes", BYTES, name, properties)),
        required(values, "sha256", SHA256, name, properties),
        values.getProperty("description", ""),
        values.getProperty("license", "unknown"),
        metadata(values, properties),
        properties);
  }

  private static Metadata metadata(Properties values, URL properties) {
    Map<String, Object> metadata = new TreeMap<>();
    for (String key : values.stringPropertyNames()) {
      if (key.startsWith(METADATA)) {
        metadata.put(key, typed(values.getProperty(key).strip()));
      }
    }
    return new Metadata(properties.toString(), metadata);
  }

  private static Object typed(String value) {
    if (INTEGER.matcher(value).matches()) {
      return Long.valueOf(value);
    }
    return NUMBER.matcher(value).matches() ? (Object) Double.valueOf(value) : value;
  }

  private static String required(
      Properties values, String key, Pattern form, String name, URL properties) {
    String value = values.getProperty(key, "").strip();
    if (!form.matcher(value).matches()) {
      throw new ModelNotFoundException(
          "%s: %s must match %s, found \"%s\", replace the artifact of model %s"
              .formatted(properties, key, form, value, name));
    }
    return value;
  }
}
