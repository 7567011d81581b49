package puna.agent;

import puna.json.JsonValue.JsonObject;

/// The way to a server: takes messages there, and brings to its [Listener] what comes back.
interface McpTransport extends AutoCloseable {
  /// The longest message that is read; a longer one ends the connection.
  int MAX_MESSAGE = 64 << 20; // bytes

  /// Hears what comes back. It is called from any thread and must not wait.
  interface Listener {
    /// The server sent a message.
    void received(JsonObject message);

    /// One request will have no answer.
    ///
    /// @param id of the request
    void failed(long id, McpException why);

    /// Nothing more will come.
    void ended(McpException why);
  }

  /// Makes the connection as far as that is possible without a message.
  ///
  /// @throws McpException when it cannot be made
  void start(Listener listener);

  /// Sends a message, without waiting until the server takes it.
  void send(JsonObject message);

  /// Tells the server that its first answer was understood.
  ///
  /// @param version of the protocol that both speak from now on
  /// @param notification that says so
  void ready(String version, JsonObject notification);

  /// Forgets a request for whose answer nobody waits any more.
  void abandon(long id);

  @Override
  void close();
}
