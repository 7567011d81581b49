package puna.agent;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An MCP server on standard input and output with two tools: one that echoes, one that refuses.
final class McpTestServer {
  private McpTestServer() {}

  public static void main(String[] arguments) {
    McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
        .serverInfo("test", "1")
        .capabilities(McpSchema.ServerCapabilities.builder().tools(false).build())
        .tools(
            tool(
                "echo",
                "Says it again.",
                new McpSchema.JsonSchema(
                    "object",
                    Map.of("words", Map.of("type", "string")),
                    List.of("words"),
                    null,
                    null,
                    null)),
            tool(
                "refuse",
                "Does nothing.",
                new McpSchema.JsonSchema("object", null, null, null, null, null)))
        .build();
  }

  private static SyncToolSpecification tool(
      String name, String description, McpSchema.JsonSchema schema) {
    return SyncToolSpecification.builder()
        .tool(
            McpSchema.Tool.builder()
                .name(name)
                .description(description)
                .inputSchema(schema)
                .build())
        .callHandler((exchange, request) ->
            name.equals("echo")
                ? result(new TreeMap<>(request.arguments()).toString(), false)
                : result("not today", true))
        .build();
  }

  private static CallToolResult result(String text, boolean isError) {
    return CallToolResult.builder().addTextContent(text).isError(isError).build();
  }
}
