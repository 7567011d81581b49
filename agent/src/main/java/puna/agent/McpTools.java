package puna.agent;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import puna.agent.McpException.Kind;
import puna.error.AnswerInterruptedException;
import puna.json.JsonValue.JsonObject;

/// The tools of an MCP (Model Context Protocol) server.
///
/// Closing ends the connection, and the server's process if it was started here. What a server
/// sends is not trusted: tools without an allowed name, or with the name of another, are left out,
/// as are those that run as tasks only, and the number of tools and the length of their
/// descriptions are limited.
///
/// A call that a server does not answer within its time ends as [ToolOutcome.Failure#TIMED_OUT]; it
/// is told that nobody waits any more, as it is when a call is interrupted. A server that ends,
/// floods or breaks off fails the running calls at once, as [ToolOutcome.Failure#BROKEN], and later
/// ones with the same reason, unless [McpServer#withRestarts] lets it be started anew. Thread-safe.
public final class McpTools implements AutoCloseable {
  /// The most tools of one server; further ones are left out.
  public static final int MAX_TOOLS = 1024;

  /// The most characters of a tool's description; the rest is cut off.
  public static final int MAX_DESCRIPTION = 4096;

  /// The most characters of a server's instructions; the rest is cut off.
  public static final int MAX_INSTRUCTIONS = 16_384;

  private static final System.Logger LOGGER = System.getLogger("puna");

  private final McpServer server;
  private final Object opening = new Object();
  private final Object listing = new Object();
  private volatile McpSession session; // changed under `opening`
  private List<AgentTool> tools; // guarded by listing
  private int restarts; // guarded by opening
  private boolean closed; // guarded by opening

  private McpTools(McpServer server, McpSession session) throws InterruptedException {
    this.server = server;
    this.session = session;
    session.takeToolsChanged();
    this.tools = McpToolList.read(server, session, this::call);
  }

  /// Starts a server, or connects to it, and asks for its tools.
  ///
  /// @throws ToolException when it cannot be started or reached, does not let us in, or does not
  ///   speak the protocol; the message says which, with what the server said
  /// @throws AnswerInterruptedException when the thread is interrupted
  public static McpTools connect(McpServer server) {
    try {
      McpSession session = McpSession.open(server.transport(), server.timeout());
      boolean open = false;
      try {
        McpTools tools = new McpTools(server, session);
        open = true;
        return tools;
      } finally {
        if (!open) {
          session.close();
        }
      }
    } catch (McpException | ToolException e) {
      String why = McpText.message(e);
      throw new ToolException(
          "the MCP server does not answer as it must%s: %s"
              .formatted(why.contains(server.toString()) ? "" : " (" + server + ")", why),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted while an MCP server was opened", e);
    }
  }

  /// Starts a server as a process and talks to it over standard input and output: short for
  /// [McpServer#stdio(List)].
  ///
  /// @param command the program and its arguments
  /// @param timeout of each request
  /// @throws ToolException when it does not start or does not speak the protocol
  public static McpTools start(List<String> command, Duration timeout) {
    return connect(McpServer.stdio(command).withTimeout(timeout));
  }

  /// Connects to a server over HTTP (streamable HTTP transport): short for
  /// [McpServer#http(String)].
  ///
  /// @param address such as `http://localhost:8080/mcp`
  /// @param timeout of each request
  /// @throws ToolException when it cannot be reached or does not speak the protocol
  public static McpTools connect(String address, Duration timeout) {
    return connect(McpServer.http(address).withTimeout(timeout));
  }

  /// The server's tools. Where the server said that its list has changed, it is asked again; until
  /// then it is the same object. An [Agent] keeps the tools that it was made with.
  ///
  /// If the server cannot be asked, the list is as it was: calls tell what is wrong.
  public List<AgentTool> tools() {
    synchronized (listing) {
      McpSession asked = session;
      if (asked.isOpen() && asked.takeToolsChanged()) {
        try {
          tools = McpToolList.read(server, asked, this::call);
        } catch (McpException | ToolException e) {
          LOGGER.log(Level.DEBUG, () -> "the list of tools stays: " + McpText.message(e));
        } catch (InterruptedException _) {
          asked.toolsChanged();
          Thread.currentThread().interrupt();
        }
      }
      return tools;
    }
  }

  /// What the server says about the use of its tools, for the system prompt.
  public Optional<String> instructions() {
    return McpJson.string(session.welcome(), "instructions")
        .map(text -> McpText.cut(text, MAX_INSTRUCTIONS))
        .filter(text -> !text.isBlank());
  }

  /// The server that these tools were asked of.
  public McpServer server() {
    return server;
  }

  @Override
  public void close() {
    McpSession open;
    synchronized (opening) {
      closed = true;
      open = session;
    }
    open.close();
  }

  private String call(String name, JsonObject arguments) throws InterruptedException {
    JsonObject parameters = McpJson.with(McpJson.EMPTY, "name", name);
    parameters = McpJson.with(parameters, "arguments", arguments);
    McpSession used = session();
    try {
      return McpResults.text(used.request("tools/call", parameters));
    } catch (McpException e) {
      if (e.kind() != Kind.SESSION_LOST) {
        throw e;
      }
      return McpResults.text(renewed(used).request("tools/call", parameters));
    }
  }

  /// The session, a new one where the old one has ended and may be restarted.
  private McpSession session() throws InterruptedException {
    synchronized (opening) {
      if (!closed && !session.isOpen() && restarts < server.restarts()) {
        restarts++;
        session = McpSession.open(server.transport(), server.timeout());
      }
      return session;
    }
  }

  /// A server forgets sessions when it is started anew, and refuses what comes with the old id
  /// without looking at it: nothing has happened yet.
  private McpSession renewed(McpSession lost) throws InterruptedException {
    synchronized (opening) {
      if (!closed && session == lost) {
        lost.close();
        session = McpSession.open(server.transport(), server.timeout());
      }
      return session;
    }
  }
}
