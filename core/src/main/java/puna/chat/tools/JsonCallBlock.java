package puna.chat.tools;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.chat.tools.LiteralReader.Dialect;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A call as one object: `{"name": …, "parameters": {…}}`, also with `arguments`, `id` and `"type":
/// "function"`, or the shape of a tool, `{"function": {"name": …, …}}`. Any other member makes it
/// an object that is no call. A Python dict is read like JSON; of equal keys the last one counts.
final class JsonCallBlock implements CallBlock {
  private static final String ARGUMENTS = "arguments";
  private static final String PARAMETERS = "parameters";
  private static final String FUNCTION = "function";
  private static final String NAME = "name";
  private static final Set<String> MEMBERS =
      Set.of("type", "id", NAME, ARGUMENTS, PARAMETERS, FUNCTION);

  private final CallSink sink;
  private final Opening opening;
  private final OfferedNames offered;
  private final Layout layout = new Layout();
  private final StringBuilder text = new StringBuilder(); // of the arguments, as JSON
  private LiteralReader reader = new LiteralReader(Dialect.JSON);
  private Place place = Place.OPEN;
  private String key = "";
  private boolean comma;
  private String id = "";
  private @Nullable String name;
  private @Nullable JsonValue arguments;
  private boolean started;

  /// What stands before the call.
  enum Opening {
    /// A mark, which says that a call follows.
    MARK,
    /// Nothing: the call must name a tool that is offered.
    NOTHING
  }

  private enum Place {
    OPEN,
    BEFORE_KEY,
    KEY,
    VALUE
  }

  JsonCallBlock(CallSink sink, Opening opening, OfferedNames offered) {
    this.sink = sink;
    this.opening = opening;
    this.offered = offered;
  }

  @Override
  public boolean takesMarks() {
    return place != Place.OPEN && place != Place.BEFORE_KEY && reader.isInString();
  }

  @Override
  public Progress append(char c) {
    return switch (place) {
      case OPEN -> c == '{' ? to(Place.BEFORE_KEY) : Progress.MALFORMED;
      case BEFORE_KEY -> beforeKey(c);
      case KEY -> key(c);
      case VALUE -> value(c);
    };
  }

  private Progress beforeKey(char c) {
    return switch (layout.append(c)) {
      case YES -> Progress.MORE;
      case MALFORMED -> Progress.MALFORMED;
      case NO -> {
        if (c == '}' && (key.isEmpty() || comma)) {
          yield complete();
        }
        place = Place.KEY;
        reader = new LiteralReader(Dialect.JSON);
        yield key(c);
      }
    };
  }

  private Progress key(char c) {
    if (c != ':' || !reader.isEndedBy(c)) {
      String begun = reader.partialString();
      boolean member = MEMBERS.stream().anyMatch(known -> known.startsWith(begun));
      return member && reader.append(c) ? Progress.MORE : Progress.MALFORMED;
    }
    if (!(reader.end().orElse(JsonNull.NULL) instanceof JsonString(String found))
        || !MEMBERS.contains(found)) {
      return Progress.MALFORMED;
    }
    key = found.equals(PARAMETERS) ? ARGUMENTS : found;
    reader = new LiteralReader(Dialect.JSON);
    if (key.equals(ARGUMENTS)) {
      text.setLength(0);
      arguments = null;
      restart();
    }
    return to(Place.VALUE);
  }

  private Progress value(char c) {
    if ((c == ',' || c == '}') && reader.isEndedBy(c)) {
      Optional<JsonValue> value = reader.end();
      if (value.isEmpty() || !member(value.get())) {
        return Progress.MALFORMED;
      }
      comma = c == ',';
      return c == '}' ? complete() : to(Place.BEFORE_KEY);
    }
    if (!reader.append(c)) {
      return Progress.MALFORMED;
    }
    if (key.equals(ARGUMENTS)) {
      String more = reader.takeText();
      text.append(more);
      if (started) {
        sink.arguments(more);
      } else {
        start();
      }
    }
    return Progress.MORE;
  }

  /// A member is complete; false when no call has it.
  private boolean member(JsonValue value) {
    switch (key) {
      case ARGUMENTS -> {
        text.append(reader.takeText());
        arguments = value;
        return isArguments(value);
      }
      case "type" -> {
        return value.equals(new JsonString("function"));
      }
      case "id" -> id = value instanceof JsonString(String given) ? given : "";
      case FUNCTION -> {
        return value instanceof JsonObject function ? function(function) : named(value);
      }
      default -> {
        return named(value);
      }
    }
    return true;
  }

  private boolean named(JsonValue value) {
    if (!(value instanceof JsonString(String given))
        || !Tool.isName(given)
        || (opening == Opening.NOTHING && !offered.contains(given))) {
      return false;
    }
    if (!given.equals(name)) {
      restart();
    }
    name = given;
    start();
    return true;
  }

  private boolean function(JsonObject function) {
    JsonValue given =
        function.get(ARGUMENTS).or(() -> function.get(PARAMETERS)).orElse(JsonNull.NULL);
    restart();
    text.setLength(0);
    arguments = given;
    return isArguments(given) && named(function.get(NAME).orElse(JsonNull.NULL));
  }

  private static boolean isArguments(JsonValue value) {
    return value instanceof JsonObject || value instanceof JsonString || value == JsonNull.NULL;
  }

  /// Starts the call once its name is known and its arguments have begun.
  private void start() {
    // Arguments may stand in a JSON string; then nothing is known before its end.
    if (!started && name != null && !text.isEmpty() && text.charAt(0) == '{') {
      started = true;
      sink.started(id, name);
      sink.arguments(text.toString());
    }
  }

  /// What is known so far of the call does not count.
  private void restart() {
    if (started) {
      sink.restarted();
      started = false;
    }
  }

  private Progress complete() {
    // An answer may be an object with a name alone; behind a mark, or with a tool's name, it calls.
    boolean mayLack = opening == Opening.MARK || offered.areKnown();
    if (name == null || (arguments == null && !mayLack)) {
      return Progress.MALFORMED;
    }
    JsonValue value =
        arguments instanceof JsonString(String inner) && !inner.isBlank()
            ? LiteralReader.parse(inner, Dialect.JSON).orElse(JsonNull.NULL)
            : arguments;
    boolean none = arguments == null || arguments == JsonNull.NULL || isBlank(arguments);
    if (!none && !(value instanceof JsonObject)) {
      return Progress.MALFORMED;
    }
    JsonObject object = value instanceof JsonObject given ? given : ArgumentsReader.EMPTY;
    if (!started) {
      sink.started(id, name);
      sink.arguments(Json.write(object));
    }
    sink.completed(object);
    return Progress.COMPLETE;
  }

  private static boolean isBlank(JsonValue value) {
    return value instanceof JsonString(String inner) && inner.isBlank();
  }

  private Progress to(Place next) {
    place = next;
    return Progress.MORE;
  }
}
