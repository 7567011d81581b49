package puna.gguf;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file name of a part of a split model: `prefix-00001-of-00003.gguf`.
///
/// @param number of this part, from 1
/// @param count of all parts
record SplitName(String prefix, int number, int count) {
  private static final Pattern FORM = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  static Optional<SplitName> parse(String fileName) {
    Matcher matcher = FORM.matcher(fileName);
    return matcher.matches()
        ? Optional.of(
            new SplitName(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  SplitName withNumber(int other) {
    return new SplitName(prefix, other, count);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", prefix, number, count);
  }
}
