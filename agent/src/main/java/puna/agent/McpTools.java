package puna.agent;

import static java.util.Objects.requireNonNullElse;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// The tools of an MCP (Model Context Protocol) server.
///
/// Closing ends the connection, and the server's process if it was started here. What a server
/// sends is not trusted: tools without an allowed name, or with the name of another, are left out,
/// and the number of tools and the length of their descriptions are limited.
public final class McpTools implements AutoCloseable {
  /// The most tools of one server; further ones are left out.
  public static final int MAX_TOOLS = 1024;

  /// The most characters of a tool's description; the rest is cut off.
  public static final int MAX_DESCRIPTION = 4096;

  private static final int MAX_PAGES = 256; // a server may go on for ever

  private final McpSyncClient client;
  private final List<AgentTool> tools;

  private McpTools(McpSyncClient client) {
    this.client = client;
    client.initialize();
    this.tools = list();
  }

  /// Starts a server as a process and talks to it over standard input and output.
  ///
  /// @param command the program and its arguments
  /// @param timeout of each request
  /// @throws ToolException when it does not start or does not speak the protocol
  public static McpTools start(List<String> command, Duration timeout) {
    ServerParameters parameters =
        ServerParameters.builder(command.getFirst())
            .args(command.subList(1, command.size()))
            .build();
    return open(new StdioClientTransport(parameters, McpJsonDefaults.getMapper()), timeout);
  }

  /// Connects to a server over HTTP (streamable HTTP transport).
  ///
  /// @param address such as `http://localhost:8080`; its endpoint is `/mcp`
  /// @param timeout of each request
  /// @throws ToolException when it cannot be reached or does not speak the protocol
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

  /// The server's tools, as they were when the connection was made.
  public List<AgentTool> tools() {
    return tools;
  }

  @Override
  public void close() {
    client.closeGracefully();
  }

  private List<AgentTool> list() {
    Map<String, AgentTool> found = new LinkedHashMap<>();
    @Nullable String cursor = null;
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      McpSchema.ListToolsResult page = client.listTools(cursor);
      for (McpSchema.Tool tool : requireNonNullElse(page.tools(), List.<McpSchema.Tool>of())) {
        if (found.size() < MAX_TOOLS && tool != null && isName(tool.name())) {
          found.putIfAbsent(tool.name(), tool(tool));
        }
      }
      cursor = page.nextCursor();
      if (cursor == null || found.size() == MAX_TOOLS) {
        break;
      }
    }
    return List.copyOf(found.values());
  }

  private static boolean isName(@Nullable String name) {
    return name != null && Tool.isName(name);
  }

  private AgentTool tool(McpSchema.Tool tool) {
    String description = requireNonNullElse(tool.description(), "");
    String shown = description.substring(0, Math.min(description.length(), MAX_DESCRIPTION));
    return new AgentTool(
        Tool.of(tool.name(), shown, McpValues.schema(tool.inputSchema())),
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
    String text = text(result);
    if (Boolean.TRUE.equals(result.isError())) {
      throw new ToolException(text);
    }
    return text;
  }

  private static String text(McpSchema.CallToolResult result) {
    List<McpSchema.Content> content = requireNonNullElse(result.content(), List.of());
    if (content.isEmpty() && result.structuredContent() != null) {
      return Json.write(McpValues.fromJava(result.structuredContent()));
    }
    return content.stream().map(McpTools::text).collect(Collectors.joining("\n"));
  }

  private static String text(McpSchema.@Nullable Content content) {
    return switch (content) {
      case null -> "";
      case McpSchema.TextContent text -> requireNonNullElse(text.text(), "");
      default -> "(%s, which is no text)".formatted(content.type());
    };
  }
}
