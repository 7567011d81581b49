package puna.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the name of a model's folder says of it, such as `Llama-3.2-1B-Instruct`: base, version,
/// size, what it was tuned for.
///
/// Source: gguf-py's `Metadata.get_model_id_components`, whose guesses these are.
final class ModelName {
  private static final Pattern VERSION = pattern("(v|iter)?\\d+([.]\\d+)*");
  private static final Pattern TYPE = pattern("i?q\\d(_\\w)*|b?fp?(16|32)");
  private static final Pattern SIZE =
      pattern("(([A]|\\d+[x])?\\d+([._]\\d+)?[KMBT][\\d]?|small|mini|medium|large|x?xl)");
  private static final Pattern TUNING = pattern("chat|instruct|vision|lora");
  private static final Pattern UNTITLED = Pattern.compile("(v\\d+(?:\\.\\d+)*|\\d.*)");
  private static final String UNITS = " KMBT";

  private enum Kind {
    NONE,
    BASE,
    VERSION,
    TYPE,
    SIZE,
    TUNING
  }

  private static final class Part {
    private String text;
    private Kind kind = Kind.NONE;
    private boolean isBase;

    private Part(String text) {
      this.text = text;
    }
  }

  private final long parameters;
  private final List<Part> parts;

  private ModelName(String name, long parameters) {
    this.parameters = parameters;
    this.parts =
        Arrays.stream(name.split("-", -1))
            .filter(text -> !text.isEmpty())
            .map(Part::new)
            .collect(Collectors.toCollection(ArrayList::new));
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /// The `general.*` keys that the name and the number of parameters tell, in their order in files.
  static SequencedMap<String, Object> keys(String name, long parameters) {
    SequencedMap<String, Object> keys = new LinkedHashMap<>();
    keys.put("general.name", title(name));
    Optional<String> size = Optional.empty();
    if (name.indexOf(' ') < 0) {
      ModelName parsed = new ModelName(name, parameters);
      parsed.annotate();
      size = parsed.putComponents(keys);
    }
    keys.put("general.size_label", size.orElseGet(() -> rounded(parameters)));
    return keys;
  }

  private void annotate() {
    for (int i = 0; i < parts.size(); i++) {
      annotate(parts.get(i), i == 0);
    }
    boolean hasDigits =
        parts.stream()
            .anyMatch(
                part -> part.kind == Kind.SIZE && part.text.chars().anyMatch(Character::isDigit));
    parts.stream()
        .filter(part -> hasDigits && part.kind == Kind.SIZE)
        .filter(part -> part.text.chars().allMatch(Character::isLetter))
        .forEach(part -> part.kind = Kind.NONE);
    markBase();
  }

  // The first part is never a size or a tuning.
  private void annotate(Part part, boolean isFirst) {
    if (VERSION.matcher(part.text).matches()) {
      part.kind = Kind.VERSION;
    } else if (TYPE.matcher(part.text).matches()) {
      part.kind = Kind.TYPE;
      part.text = part.text.toUpperCase(Locale.ROOT);
    } else if (!isFirst && SIZE.matcher(part.text).matches()) {
      annotateSize(part);
    } else if (!isFirst && TUNING.matcher(part.text).matches()) {
      part.kind = Kind.TUNING;
    }
  }

  private void annotateSize(Part part) {
    String text = part.text.replace('_', '.');
    int length = text.length();
    if (Character.isDigit(text.charAt(length - 1))) { // 7b1 is 7.1b
      text =
          text.substring(0, length - 2) + '.' + text.charAt(length - 1) + text.charAt(length - 2);
      length = text.length();
    }
    if (length > 1 && Character.isDigit(text.charAt(length - 2))) {
      text = text.substring(0, length - 1) + text.substring(length - 1).toUpperCase(Locale.ROOT);
    }
    part.kind = Kind.SIZE;
    if (isFarOff(text)) { // likely a length of context
      part.kind = Kind.TUNING;
      text = text.substring(0, length - 1) + text.substring(length - 1).toLowerCase(Locale.ROOT);
    }
    part.text = text;
  }

  private boolean isFarOff(String size) {
    String number = size.substring(0, size.length() - 1);
    if (!number.matches("\\d+([.]\\d+)?")) {
      return false;
    }
    int unit = UNITS.indexOf(size.charAt(size.length() - 1));
    double told = Double.parseDouble(number) * Math.pow(1000, unit);
    long most = 7 * parameters / 8;
    return Math.abs(told - parameters) > most;
  }

  /// What the name begins with is the base, without versions and the like at its end.
  private void markBase() {
    boolean atStart = true;
    for (Part part : parts) {
      boolean isWord = part.kind == Kind.NONE && Character.isLetter(part.text.charAt(0));
      if (atStart && (isWord || part.kind == Kind.VERSION)) {
        part.isBase = true;
      } else {
        atStart = false;
        part.kind = part.kind == Kind.NONE ? Kind.TUNING : part.kind;
      }
    }
    for (Part part : parts.reversed()) {
      if (!part.isBase || part.kind == Kind.NONE) {
        break;
      }
      part.isBase = false;
    }
  }

  /// @return the size, if told
  private Optional<String> putComponents(SequencedMap<String, Object> keys) {
    List<String> bases = parts.stream().filter(part -> part.isBase).map(part -> part.text).toList();
    List<String> versions = texts(Kind.VERSION);
    List<String> tunings = texts(Kind.TUNING);
    List<String> sizes = new ArrayList<>(new LinkedHashSet<>(texts(Kind.SIZE)));
    if (versions.isEmpty() && tunings.isEmpty() && sizes.isEmpty()) {
      return Optional.empty(); // too little to tell a base from the rest
    }
    put(keys, "general.version", versions);
    put(keys, "general.finetune", tunings);
    put(keys, "general.basename", bases);
    return Optional.of(String.join("-", sizes)).filter(size -> !size.isEmpty());
  }

  private List<String> texts(Kind kind) {
    return parts.stream()
        .filter(part -> part.kind == kind && !part.isBase)
        .map(part -> part.text)
        .toList();
  }

  private static void put(SequencedMap<String, Object> keys, String key, List<String> texts) {
    if (!texts.isEmpty()) {
      keys.put(key, String.join("-", texts));
    }
  }

  /// Words that are written small begin with a capital, but for versions and numbers.
  static String title(String name) {
    return Arrays.stream(name.replace('-', ' ').strip().split("\\s+", -1))
        .map(word -> isSmall(word) && !UNTITLED.matcher(word).matches() ? capital(word) : word)
        .collect(Collectors.joining(" "));
  }

  private static boolean isSmall(String word) {
    return word.chars().anyMatch(Character::isLowerCase)
        && word.chars().noneMatch(Character::isUpperCase);
  }

  private static String capital(String word) {
    StringBuilder titled = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < word.length(); i++) {
      char letter = word.charAt(i);
      titled.append(inWord ? letter : Character.toUpperCase(letter));
      inWord = Character.isLetter(letter);
    }
    return titled.toString();
  }

  /// A number of parameters with two digits at least: `1.2B`, `135M`.
  static String rounded(long parameters) {
    double thousands = parameters / 1e3;
    int unit = 1;
    while (unit < 4 && thousands > 1e3) {
      thousands /= 1e3;
      unit++;
    }
    String whole = String.valueOf(Math.round(thousands)).replaceFirst("^0+", "");
    int digits = Math.max(2 - whole.length(), 0);
    return String.format(Locale.ROOT, "%." + digits + "f%s", thousands, UNITS.charAt(unit));
  }
}
