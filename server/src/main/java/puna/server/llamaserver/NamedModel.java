package puna.server.llamaserver;

import puna.server.models.ServedModel;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;
import puna.server.work.ModelDesk;

/// The model of requests that need not name one, since llama-server has but one.
final class NamedModel {
  private NamedModel() {}

  /// The name that a request has, else the first served model's.
  static String of(ModelDesk desk, Fields request) {
    return request.text("model").filter(name -> !name.isBlank()).orElseGet(() -> first(desk));
  }

  /// The first served model's name.
  static String first(ModelDesk desk) {
    return desk.models().list().stream()
        .findFirst()
        .map(ServedModel::id)
        .orElseThrow(() -> Failure.of(Kind.NO_MODEL, "no model is served"));
  }
}
