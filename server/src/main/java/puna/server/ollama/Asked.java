package puna.server.ollama;

import puna.error.JsonException;
import puna.json.Json;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;

/// The beginning of every request: an object that names a model.
final class Asked {
  private Asked() {}

  /// The fields of a request, whatever type it says it is of.
  ///
  /// @throws Failure when there are none
  static Fields fields(Call call) {
    byte[] body = call.bytes();
    if (body.length == 0) {
      throw Failure.of(Kind.INVALID, "missing request body");
    }
    try {
      return Fields.of(Json.parse(body, "the request", Json.EqualKeys.LAST_COUNTS));
    } catch (JsonException e) {
      throw Failure.of(Kind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  /// The name of the model; older clients call the field `name`.
  ///
  /// @throws Failure when there is none
  static String model(Fields request) {
    return request
        .text("model")
        .filter(name -> !name.isBlank())
        .or(() -> request.text("name").filter(name -> !name.isBlank()))
        .orElseThrow(() -> Failure.of(Kind.INVALID, "model is required"));
  }

  /// Whether the answer comes in pieces: unless the client says no.
  static boolean streams(Fields request) {
    return request.bool("stream").orElse(true);
  }
}
