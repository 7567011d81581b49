package puna.agent;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.json.JsonValue.JsonObject;

/// The tools of a server that speaks the Model Context Protocol.
///
/// Closing ends the connection, and the server's process where this started it. What a server says
/// is untrusted: names that are none are left out, and the number of tools is bounded.
public final class McpTools implements AutoCloseable {
  /// Tools that one server may have; more are left out.
  public static final int MAX_TOOLS = 1024;

  private final McpSyncClient client;
  private final List<AgentTool> tools;

  private McpTools(McpSyncClient client) {
    this.client = client;
    client.initialize();
    this.tools = list();
  }

  /// Starts a server as a process and speaks with it over its standard streams.
  ///
  /// @param timeout for each of its answers
  /// @throws ToolException when it does not start or does not speak the protocol
  public static McpTools start(List<String> command, Duration timeout) {
    ServerParameters parameters =
        ServerParameters.builder(command.getFirst())
            .args(command.subList(1, command.size()))
            .build();
    return open(new StdioClientTransport(parameters, McpJsonDefaults.getMapper()), timeout);
  }

  /// Speaks with a server over HTTP.
  ///
  /// @param address such as `http://localhost:8080`; its endpoint is `/mcp`
  /// @param timeout for each of its answers
  /// @throws ToolException when it does not speak the protocol
  public static McpTools connect(String address, Duration timeout) {
    return open(HttpClientStreamableHttpTransport.builder(address).build(), timeout);
  }

  static McpTools open(McpClientTransport transport, Duration timeout) {
    McpSyncClient client =
        McpClient.sync(transport).requestTimeout(timeout).initializationTimeout(timeout).build();
    try {
      return new McpTools(client);
    } catch (RuntimeException e) {
      client.close();
      throw new ToolException("the MCP server does not answer: " + e.getMessage(), e);
    }
  }

  /// The server's tools, as they were when the connection began.
  public List<AgentTool> tools() {
    return tools;
  }

  @Override
  public void close() {
    client.closeGracefully();
  }

  private List<AgentTool> list() {
    List<AgentTool> found = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      McpSchema.ListToolsResult page = client.listTools(cursor);
      for (McpSchema.Tool tool : page.tools()) {
        if (found.size() < MAX_TOOLS && Tool.isName(tool.name())) {
          found.add(tool(tool));
        }
      }
      cursor = page.tools().isEmpty() ? null : page.nextCursor();
    } while (cursor != null && found.size() < MAX_TOOLS);
    return List.copyOf(found);
  }

  private AgentTool tool(McpSchema.Tool tool) {
    String description = tool.description() == null ? "" : tool.description();
    return new AgentTool(
        new Tool(tool.name(), description, McpValues.schema(tool.inputSchema())),
        arguments -> call(tool.name(), arguments));
  }

  private String call(String name, JsonObject arguments) {
    Map<String, Object> values = McpValues.toMap(arguments);
    McpSchema.CallToolResult result;
    try {
      result = client.callTool(new McpSchema.CallToolRequest(name, values));
    } catch (McpError e) {
      throw new ToolException(String.valueOf(e.getMessage()), e);
    }
    String text = result.content().stream().map(McpTools::text).collect(Collectors.joining("\n"));
    if (Boolean.TRUE.equals(result.isError())) {
      throw new ToolException(text);
    }
    return text;
  }

  private static String text(McpSchema.Content content) {
    return content instanceof McpSchema.TextContent text
        ? text.text()
        : "(%s, which is no text)".formatted(content.type());
  }
}
