package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.agent.ToolHints.Effect;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// What a model reads of a server's results, and what becomes of its list of tools.
class McpResultsTest {
  private static final Path CASES =
      Path.of(System.getProperty("puna.test.shared"), "cases", "tools", "mcp");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'resource','resource':{'uri':'file:///n.md','mimeType':'text/markdown','text':'# T'}}"
            + "|file:///n.md (text/markdown):\\n# T",
        "{'type':'resource','resource':{'uri':'u:1','text':'t'}}|u:1:\\nt",
        "{'type':'resource','resource':{'uri':'u:1','mimeType':'a/b','blob':'AAEC'}}"
            + "|(resource u:1, a/b, 3 bytes)",
        "{'type':'resource','resource':{'uri':'x://empty'}}|(resource x://empty, without content)",
        "{'type':'resource'}|(resource without a URI, without content)",
        "{'type':'resource_link','uri':'u:1','name':'n','description':'d','size':12}"
            + "|(link to the resource u:1, n, d, 12 bytes)",
        "{'type':'image','data':'AA==','mimeType':'image/png'}|(image, image/png, 1 bytes)",
        "{'type':'audio','data':'?','mimeType':'audio/wav'}"
            + "|(audio, audio/wav, bytes that cannot be read)",
        "{'type':'hologram'}|(hologram, a kind of content that is not known)",
        "{'type':'text'}|``",
        "{'type':7}|(a part of no known kind)",
        "7|(a part of no known kind)",
        "null|(a part of no known kind)",
        "{'type':'text','text':'t','annotations':null}|t",
        "{'type':'text','text':'t','annotations':{'audience':['user','assistant']}}|t",
        "{'type':'text','text':'t','annotations':{'audience':['user']}}"
            + "|(done; the result is shown to the user only)"
      })
  void eachPartIsTold(String part, String told) {
    assertThat(text("{'content':[" + part + "]}")).isEqualTo(told.replace("\\n", "\n"));
    assertThat(text("{'content':[{'type':'text','text':'before'}," + part + "]}"))
        .startsWith("before");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|{'a':1}|{'a':1}",
        "['mild']|{'a':1}|mild;{'a':1}",
        "['{ \\'a\\': 1 }']|{'a':1}|{ 'a': 1 }",
        "['mild']|{'result':'mild'}|mild",
        "['mild']|{'content':'mild'}|mild",
        "['1']|{'a':1}|1;{'a':1}",
        "['1','2']|{'result':[1,2]}|1;2",
        "['1','3']|{'result':[1,2]}|1;3;{'result':[1,2]}",
        "['mild']|null|mild"
      })
  void structuredContentIsToldOnce(String texts, String structured, String told) {
    String content =
        texts
            .replace("[", "[")
            .replaceAll("(?<=[\\[,])'((?:[^'\\\\]|\\\\.)*)'", "{'type':'text','text':'$1'}");
    assertThat(text("{'content':%s,'structuredContent':%s}".formatted(content, structured)))
        .isEqualTo(told.replace('\'', '"').replace(";", "\n"));
  }

  @Test
  void anErrorAlwaysHasWords() {
    assertThatThrownBy(() -> text("{'isError':true,'content':[]}"))
        .isInstanceOf(ToolException.class)
        .hasMessage("the tool failed and did not say why");
    assertThatThrownBy(() -> text("{'isError':true,'structuredContent':{'code':'E42'}}"))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("E42");
    assertThat(text("{'content':[]}")).isEmpty();
    assertThat(text("{}")).isEmpty();
    assertThatThrownBy(() -> text("{'content':'text'}")).isInstanceOf(McpException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object','properties':{},'additionalProperties':{'type':'integer'}}",
        "{'type':'object','anyOf':[{'required':['a']},{'required':['b']}]}",
        "{'type':'object','patternProperties':{'^x-':{}},'additionalProperties':false}",
        "{'$schema':'s','$id':'i','type':'object','not':{},'if':{},'then':{},'minProperties':1}",
        "{'title':'t','type':'object','enum':[{'m':1}],'x-own':[null]}"
      })
  void schemasAreKeptAsTheyWereSent(String schema) throws IOException {
    assertThat(tools("{'name':'look','inputSchema':%s}".formatted(schema)))
        .singleElement()
        .satisfies(tool -> assertThat(tool.tool().parameters()).isEqualTo(json(schema)));
  }

  @Test
  void aMissingTypeIsAdded() throws IOException {
    String sent =
        "{'name':'a','inputSchema':{'oneOf':[]}},{'name':'b'},{'name':'c','inputSchema':7}";
    assertThat(tools(sent))
        .extracting(tool -> Json.write(tool.tool().parameters()).replace('"', '\''))
        .containsExactly(
            "{'type':'object','oneOf':[]}",
            "{'type':'object','properties':{}}",
            "{'type':'object','properties':{}}");
  }

  @Test
  void toolsThatRunAsTasksOnlyAreLeftOut() throws IOException {
    assertThat(
            tools(
                "{'name':'a','execution':{'taskSupport':'required'}},"
                    + "{'name':'b','execution':{'taskSupport':'optional'}},7,null,{'name':7}"))
        .extracting(tool -> tool.tool().name())
        .containsExactly("b");
  }

  @Test
  void oneToolThatCannotBeReadLeavesTheOthers() throws IOException {
    String deep = "{\"a\":".repeat(300) + "1" + "}".repeat(300);
    String list =
        "\"result\":{\"tools\":["
            + "{\"name\":\"a\",\"description\":\"},]\\\"\"},"
            + "{\"name\":\"deep\",\"inputSchema\":"
            + deep
            + "},{\"name\":\"b\"}, {\"name\":\"twice\",\"name\":\"c\"} ,"
            + "{\"name\":\"long\",\"inputSchema\":{\"maximum\":"
            + "9".repeat(2000)
            + "}},{\"name\":\"e\",\"inputSchema\":{\"enum\":[[1],[NaN]]}},{\"name\":\"d\"}]}";
    try (McpHttpServer server = new McpHttpServer(Map.of("tools/list", list));
        McpTools tools = McpTools.connect(McpServer.http(server.address()))) {
      assertThat(tools.tools())
          .extracting(tool -> tool.tool().name())
          .containsExactly("a", "b", "d");
    }
    String message = "{\"id\":1,\"result\":{\"content\":[{\"a\":1,\"a\":2},{\"b\":1}],\"x\":[]}}";
    assertThat(McpMessages.read(message).toString())
        .isEqualTo(McpMessages.read(message.replace("{\"a\":1,\"a\":2}", "null")).toString());
    for (String broken :
        List.of("", "{", "{\"a\":1,\"a\":2}", "[[[[", "{\"a\":{\"b\":[\"", "]]]")) {
      assertThatThrownBy(() -> McpMessages.read(broken))
          .isInstanceOf(puna.error.JsonException.class);
    }
  }

  @Test
  void hintsAreOnTheTool() throws IOException {
    List<AgentTool> tools =
        tools(
            "{'name':'a','title':'A\\u0007 a','annotations':{'readOnlyHint':true}},"
                + "{'name':'b','annotations':{'title':'B','destructiveHint':false}},"
                + "{'name':'c','annotations':{'destructiveHint':true}},{'name':'d','annotations':7}");
    assertThat(tools).extracting(AgentTool::title).containsExactly("A a", "B", "c", "d");
    assertThat(tools)
        .extracting(tool -> tool.hints().effect())
        .containsExactly(Effect.READS, Effect.ADDS, Effect.DESTROYS, Effect.UNKNOWN);
    assertThat(tools.getFirst().hints().origin().orElseThrow()).contains("MCP server http://");
  }

  @Test
  void theSharedResultsAreRead() throws IOException {
    for (JsonObject row : rows("results.jsonl")) {
      JsonObject expected = McpJson.object(row, "expected");
      if (expected.get("offered").isPresent()) {
        continue; // toolsThatRunAsTasksOnlyAreLeftOut
      }
      String id = McpJson.string(row, "id").orElseThrow();
      String text;
      try {
        text = McpResults.text(McpJson.object(row, "result"));
        assertThat(expected.get("error")).as(id).isEmpty();
      } catch (ToolException e) {
        text = McpText.message(e);
        assertThat(text).as(id).isNotBlank();
      }
      for (JsonValue part : McpJson.list(expected, "contains")) {
        assertThat(text).as(id).contains(((JsonString) part).value());
      }
      for (JsonValue part : McpJson.list(expected, "lacks")) {
        assertThat(text).as(id).doesNotContain(((JsonString) part).value());
      }
    }
  }

  @Test
  void theSharedSchemasAreKept() throws IOException {
    for (JsonObject row : rows("schemas.jsonl")) {
      String schema = Json.write(McpJson.object(row, "inputSchema"));
      AgentTool tool = tools("{'name':'look','inputSchema':%s}".formatted(schema)).getFirst();
      assertThat(tool.tool().parameters())
          .as(McpJson.string(row, "id").orElseThrow())
          .isEqualTo(McpJson.object(row, "expected"));
    }
  }

  private static List<JsonObject> rows(String file) throws IOException {
    Path path = CASES.resolve(file);
    assumeTrue(Files.exists(path), "needs " + path);
    return Files.readAllLines(path).stream()
        .filter(line -> !line.isBlank())
        .map(line -> (JsonObject) Json.parse(line, file))
        .toList();
  }

  private static List<AgentTool> tools(String list) throws IOException {
    String result = "\"result\":" + Json.write(json("{'tools':[" + list + "]}"));
    try (McpHttpServer server = new McpHttpServer(Map.of("tools/list", result));
        McpTools tools = McpTools.connect(McpServer.http(server.address()))) {
      return tools.tools();
    }
  }

  private static String text(String result) {
    return McpResults.text((JsonObject) json(result));
  }

  private static JsonValue json(String quoted) {
    return Json.parse(quoted.replace("\\'", "\\\"").replaceAll("(?<!\\\\)'", "\""), "test");
  }
}
