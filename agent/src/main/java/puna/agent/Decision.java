package puna.agent;

import static java.util.Objects.requireNonNull;

import puna.json.JsonValue.JsonObject;

/// What an [Approver] says to a call.
public sealed interface Decision {
  /// The tool runs.
  record Approved() implements Decision {}

  /// The tool does not run.
  ///
  /// @param reason in words for the model, which reads it as the call's result
  record Refused(String reason) implements Decision {
    public Refused {
      requireNonNull(reason, "reason");
    }
  }

  /// The tool runs with other arguments than the model's.
  ///
  /// @param arguments which the tool checks as it checks the model's
  record Changed(JsonObject arguments) implements Decision {
    public Changed {
      requireNonNull(arguments, "arguments");
    }
  }

  /// Lets the tool run.
  static Decision approve() {
    return new Approved();
  }

  /// Does not let the tool run.
  ///
  /// @param reason in words for the model, which reads it as the call's result
  static Decision refuse(String reason) {
    return new Refused(reason);
  }

  /// Lets the tool run with other arguments.
  static Decision withArguments(JsonObject arguments) {
    return new Changed(arguments);
  }
}
