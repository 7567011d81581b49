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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import puna.cli.command.CommandException;
import puna.cli.command.UsageException;
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
  static final String PREFIX = "PUNA_SERVE_";

  private final CommandSpec command;
  private final List<String> given;
  private final Map<String, String> environment;
  private final List<String> added = new ArrayList<>();

  private ServeArguments(CommandSpec command, List<String> given, Map<String, String> environment) {
    this.command = command;
    this.given = given;
    this.environment = environment;
  }

  /// All arguments.
  ///
  /// @param arguments of the command line, the command's name first
  /// @param environment the variables whose names begin with [#PREFIX]
  /// @throws UsageException when the file, or a variable, names no option or gives it no value
  /// @throws CommandException when the file cannot be read
  static String[] complete(
      CommandSpec command, String[] arguments, Map<String, String> environment) {
    List<String> given = Arrays.asList(arguments).subList(1, arguments.length);
    ServeArguments all = new ServeArguments(command, given, environment);
    Map<String, JsonValue> values = new LinkedHashMap<>(all.file());
    environment.forEach(
        (variable, value) -> values.put(all.option(variable), new JsonString(value)));
    values.remove("config");
    values.forEach(all::add);
    List<String> complete = new ArrayList<>(List.of(arguments[0]));
    complete.addAll(all.added);
    complete.addAll(given);
    return complete.toArray(String[]::new);
  }

  /// The name of the option that a variable stands for.
  private String option(String variable) {
    String name = variable.substring(PREFIX.length()).replace('_', '-').toLowerCase(Locale.ROOT);
    if (command.findOption("--" + name) == null) {
      throw new UsageException(
          "there is no option --%s, which the variable %s names".formatted(name, variable));
    }
    return name;
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
    path = path.or(() -> Optional.ofNullable(environment.get(PREFIX + "CONFIG")));
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
          flag(option, isTrue(flag, text));
      case JsonValue _ when option.arity().max() == 0 ->
          throw new UsageException(flag + ": the configuration must give it true or false");
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

  private static boolean isTrue(String flag, String text) {
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new UsageException("%s must be true or false, found '%s'".formatted(flag, text));
    };
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
    return given.stream().anyMatch(argument -> option.equals(named(argument)));
  }

  /// The option that an argument begins: `--name`, `--name=value`, `-n`, `-n=value` or `-nvalue`.
  private @Nullable OptionSpec named(String argument) {
    int sign = argument.indexOf('=');
    String name = sign < 0 ? argument : argument.substring(0, sign);
    OptionSpec negated = command.negatedOptionsMap().get(name);
    OptionSpec whole = negated == null ? command.findOption(name) : negated;
    boolean isShort = argument.length() > 2 && argument.charAt(0) == '-';
    return whole == null && isShort && argument.charAt(1) != '-'
        ? command.findOption(argument.substring(0, 2))
        : whole;
  }
}
