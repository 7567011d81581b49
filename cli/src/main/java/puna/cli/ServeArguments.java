package puna.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The options of `puna serve` that stand in the environment or in a file, as if they had been
/// written on the command line, unless they are there too.
final class ServeArguments {
  static final String CONFIG = "--config";
  private static final String PREFIX = "PUNA_SERVE_";

  private final CommandSpec command;
  private final List<String> given;
  private final List<String> added = new ArrayList<>();

  private ServeArguments(CommandSpec command, List<String> given) {
    this.command = command;
    this.given = given;
  }

  /// All arguments.
  ///
  /// @param arguments of the command line, the command's name first
  /// @throws UsageException when the file, or a variable, names no option or gives it no value
  /// @throws CommandException when the file cannot be read
  static String[] complete(CommandSpec command, String[] arguments) {
    List<String> given = Arrays.asList(arguments).subList(1, arguments.length);
    ServeArguments all = new ServeArguments(command, given);
    Map<String, JsonValue> values = new LinkedHashMap<>(all.file());
    for (OptionSpec option : command.options()) {
      all.variable(option).ifPresent(value -> values.put(name(option), new JsonString(value)));
    }
    values.remove("config");
    values.forEach(all::add);
    List<String> complete = new ArrayList<>(List.of(arguments[0]));
    complete.addAll(all.added);
    complete.addAll(given);
    return complete.toArray(String[]::new);
  }

  /// An option's longest name, without the dashes.
  private static String name(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private Optional<String> variable(OptionSpec option) {
    if (!option.longestName().startsWith("--")) {
      return Optional.empty();
    }
    return Settings.variable(PREFIX + name(option).replace('-', '_').toUpperCase(Locale.ROOT));
  }

  private Map<String, JsonValue> file() {
    Optional<String> path = Optional.empty();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).startsWith(CONFIG + "=")) {
        path = Optional.of(given.get(i).substring(CONFIG.length() + 1));
      } else if (given.get(i).equals(CONFIG) && i + 1 < given.size()) {
        path = Optional.of(given.get(i + 1));
      }
    }
    path = path.or(() -> Settings.variable(PREFIX + "CONFIG"));
    return path.isEmpty() ? Map.of() : read(Path.of(path.get()));
  }

  private static Map<String, JsonValue> read(Path file) {
    try {
      if (Json.parse(Files.readAllBytes(file), file.toString()) instanceof JsonObject object) {
        return object.members();
      }
      throw new CommandException(file + ": must be a JSON object whose members are options");
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (JsonException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private void add(String name, JsonValue value) {
    OptionSpec option = command.findOption("--" + name);
    if (option == null) {
      throw new UsageException(
          "there is no option --%s, which the configuration names".formatted(name));
    }
    if (isGiven(option)) {
      return;
    }
    String flag = option.longestName();
    switch (value) {
      case JsonBoolean bool when option.arity().max() == 0 ->
          flag(option, bool == JsonBoolean.TRUE);
      case JsonString(String text) when option.arity().max() == 0 ->
          flag(option, text.equals("true") || text.equals("1"));
      case JsonString(String text) -> pair(flag, text);
      case JsonNumber(String text) -> pair(flag, text);
      case JsonArray(List<JsonValue> elements) when option.isMultiValue() ->
          elements.forEach(element -> add(name, element));
      default ->
          throw new UsageException(
              "--%s: the configuration must give it a text or a number%s"
                  .formatted(name, option.isMultiValue() ? ", or an array of these" : ""));
    }
  }

  private void flag(OptionSpec option, boolean isSet) {
    if (isSet) {
      added.add(option.longestName());
    } else if (option.negatable()) {
      added.add(negated(option.longestName()));
    }
  }

  private static String negated(String flag) {
    return "--no-" + flag.substring(2);
  }

  private void pair(String flag, String value) {
    added.add(flag + "=" + value);
  }

  private boolean isGiven(OptionSpec option) {
    for (String name : option.names()) {
      for (String argument : given) {
        boolean isShort = !name.startsWith("--");
        if (argument.equals(name)
            || (option.negatable() && !isShort && argument.equals(negated(name)))
            || argument.startsWith(name + "=")
            || (isShort
                && name.length() == 2
                && argument.startsWith(name)
                && !argument.startsWith("--"))) {
          return true;
        }
      }
    }
    return false;
  }
}
