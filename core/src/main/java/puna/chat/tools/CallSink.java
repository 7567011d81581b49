package puna.chat.tools;

import puna.json.JsonValue.JsonObject;

/// Where the calls of a block go, one after the other: started, arguments, completed.
interface CallSink {
  /// @param id empty where the model gave none
  void started(String id, String name);

  /// The next piece of the arguments' JSON text.
  void arguments(String json);

  void completed(JsonObject arguments);

  /// The call that is started is to be begun anew.
  void restarted();
}
