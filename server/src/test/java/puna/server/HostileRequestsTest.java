package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// Whatever a request holds, it is answered: by what it asks for, or by what is wrong with it.
@Timeout(1200)
class HostileRequestsTest {
  private static final boolean THOROUGH = Boolean.getBoolean("puna.test.thorough");
  private static final int MUTANTS =
      Integer.getInteger("puna.test.mutants", THOROUGH ? 20_000 : 1_500);
  private static final String HELLO = "{\"role\":\"user\",\"content\":\"Hi\"}";
  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\","
          + "\"properties\":{\"a\":{\"type\":\"integer\"}}}}}";

  /// Right requests of all dialects, from which wrong ones are made.
  private static final Map<String, String> RIGHT = right();

  private static Models models;
  private static PunaHandler handler;

  private static Map<String, String> right() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "/v1/chat/completions",
        "{\"model\":\"m\",\"messages\":[%s],\"max_tokens\":2,\"temperature\":0.5,\"top_p\":0.9,"
                .formatted(HELLO)
            + "\"stop\":[\"x\"],\"seed\":1,\"n\":1,\"logprobs\":true,\"top_logprobs\":2,"
            + "\"tools\":[%s],\"tool_choice\":\"none\",\"stream\":true,\"logit_bias\":{\"5\":1}}"
                .formatted(TOOL));
    all.put(
        "/v1/completions",
        "{\"model\":\"m\",\"prompt\":[\"a\",[1,2]],\"max_tokens\":1,\"echo\":true,\"logprobs\":1}");
    all.put(
        "/v1/responses",
        "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
            + "\"text\":\"Hi\"}]}],\"max_output_tokens\":1,\"text\":{\"format\":{\"type\":\"text\"}},"
            + "\"tools\":[],\"stream\":false}");
    all.put("/v1/embeddings", "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8}");
    all.put(
        "/v1/messages",
        "{\"model\":\"m\",\"max_tokens\":1,\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}],"
            + "\"messages\":[%s],\"stop_sequences\":[\"x\"],\"stream\":false}".formatted(HELLO));
    all.put("/v1/messages/count_tokens", "{\"model\":\"m\",\"messages\":[%s]}".formatted(HELLO));
    addOthers(all);
    return all;
  }

  private static void addOthers(Map<String, String> all) {
    all.put(
        "/api/chat",
        "{\"model\":\"m\",\"messages\":[%s],\"options\":{\"num_predict\":1,\"temperature\":0},"
                .formatted(HELLO)
            + "\"keep_alive\":\"5m\",\"format\":\"json\"}");
    all.put("/api/generate", "{\"model\":\"m\",\"prompt\":\"a\",\"options\":{\"num_predict\":1}}");
    all.put("/api/embed", "{\"model\":\"m\",\"input\":[\"a\"]}");
    all.put("/api/show", "{\"model\":\"m\"}");
    all.put(
        "/completion",
        "{\"prompt\":\"a\",\"n_predict\":1,\"n_probs\":1,\"samplers\":[\"top_k\",\"temperature\"],"
            + "\"logit_bias\":[[5,false]],\"grammar\":\"root ::= \\\"a\\\"\"}");
    all.put("/tokenize", "{\"content\":\"a\",\"with_pieces\":true}");
    all.put("/detokenize", "{\"tokens\":[1,2,3]}");
    all.put("/rerank", "{\"query\":\"a\",\"documents\":[\"b\",\"c\"]}");
    all.put("/apply-template", "{\"messages\":[%s]}".formatted(HELLO));
  }

  @BeforeAll
  static void start() {
    models =
        new Models(
            List.of(
                ServedModel.of(
                    "m",
                    ModelSource.named(TestServer.MODEL),
                    LlamaOptions.defaults().withContextLength(256))),
            Models.Settings.defaults());
    handler = new PunaHandler(models, ServerOptions.defaults().withMaxBodyBytes(1 << 20));
  }

  @AfterAll
  static void stop() {
    models.close();
  }

  private static FakeExchange send(String path, byte[] body) throws Exception {
    FakeExchange exchange = new FakeExchange("POST", path, body);
    handler.handle(exchange);
    return exchange;
  }

  private static void requireAnswered(FakeExchange exchange, String body) {
    assertThat(exchange.status())
        .as("%s with %s: %s", exchange.request().path(), body, exchange.body())
        .satisfiesAnyOf(
            status -> assertThat(status).isBetween(200, 499),
            status -> assertThat(status).isIn(501, 503));
  }

  @Test
  void rightRequestsAreAnswered() throws Exception {
    for (Map.Entry<String, String> request : RIGHT.entrySet()) {
      FakeExchange reply =
          send(request.getKey(), request.getValue().getBytes(StandardCharsets.UTF_8));
      assertThat(reply.status()).as("%s: %s", request.getKey(), reply.body()).isEqualTo(200);
    }
  }

  @Test
  void changedRequestsAreAnswered() throws Exception {
    long seed = Long.getLong("puna.test.seed", 29);
    Random random = new Random(seed);
    List<Map.Entry<String, String>> right = List.copyOf(RIGHT.entrySet());
    Map<Integer, Integer> statuses = new LinkedHashMap<>();
    for (int i = 0; i < MUTANTS; i++) {
      Map.Entry<String, String> request = right.get(random.nextInt(right.size()));
      byte[] body = changed(request.getValue(), random);
      FakeExchange reply = send(request.getKey(), body);
      requireAnswered(reply, "seed %s, %s".formatted(seed, text(body)));
      statuses.merge(reply.status(), 1, Integer::sum);
    }
    System.out.println("%s changed requests: %s".formatted(MUTANTS, statuses));
    assertThat(statuses.keySet()).contains(200, 400);
    requireNothingLeft();
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static void requireNothingLeft() throws InterruptedException {
    var llama = models.loaded().getFirst().llama();
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (llama.activity().running() + llama.activity().waiting() > 0 && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(llama.activity().running() + llama.activity().waiting()).isZero();
    assertThat(handler.doorway().inside()).isZero();
  }

  /// One to three changes: of a value, of a member's name, or of a byte.
  private static byte[] changed(String body, Random random) {
    JsonValue value = Json.parse(body, "right");
    for (int i = random.nextInt(3); i >= 0; i--) {
      value = changed(value, random);
    }
    byte[] bytes = Json.write(value).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(4) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(20) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
        : bytes;
  }

  private static JsonValue changed(JsonValue value, Random random) {
    return switch (value) {
      case JsonObject(Map<String, JsonValue> members)
          when !members.isEmpty() && random.nextInt(8) > 0 -> {
        Map<String, JsonValue> all = new LinkedHashMap<>(members);
        List<String> names = new ArrayList<>(all.keySet());
        String name = names.get(random.nextInt(names.size()));
        if (name.equals("model") && random.nextInt(4) > 0) {
          yield value;
        }
        if (random.nextInt(8) == 0) {
          all.remove(name);
        } else {
          all.computeIfPresent(name, (_, old) -> changed(old, random));
        }
        yield new JsonObject(all);
      }
      case JsonArray(List<JsonValue> elements)
          when !elements.isEmpty() && random.nextInt(6) > 0 -> {
        List<JsonValue> all = new ArrayList<>(elements);
        int at = random.nextInt(all.size());
        all.set(at, changed(all.get(at), random));
        yield new JsonArray(all);
      }
      default -> odd(random);
    };
  }

  private static JsonValue odd(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> JsonNull.NULL;
      case 1 -> JsonBoolean.of(random.nextBoolean());
      case 2 -> new JsonNumber("-1");
      case 3 -> new JsonNumber("1e400");
      case 4 -> new JsonNumber("9".repeat(1 + random.nextInt(40)));
      case 5 -> new JsonNumber("0.5");
      case 6 -> new JsonString("");
      case 7 -> new JsonString("\u0000\ud800 <|im_start|>".repeat(1 + random.nextInt(5)));
      case 8 -> new JsonArray(List.of());
      case 9 -> new JsonObject(Map.of());
      case 10 ->
          new JsonObject(Map.of("type", new JsonString("object"), "$ref", new JsonString("#")));
      default -> new JsonArray(List.of(new JsonArray(List.of(JsonNull.NULL)), JsonNumber.of(7)));
    };
  }

  @Test
  void hostileBodiesAreRefused() throws Exception {
    List<byte[]> bodies = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "{",
            "nul",
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
            "{\"model\":\"m\",\"model\":\"m\"}",
            "{\"temperature\":1e999999999,\"model\":\"m\"}",
            "{\"n\":" + "9".repeat(500_000) + "}",
            "{\"model\":\"" + "x".repeat(900_000) + "\"}",
            "{\"model\":\"m\"} {}",
            "{\"model\":'m'}",
            "{\"model\":\"m\",}",
            "{\"model\":NaN}",
            "\u0000",
            "{\"model\":\"\\ud800\"}",
            "{\"model\":\"m\"" + ",\"a\":1".repeat(1) + "}")) {
      bodies.add(text.getBytes(StandardCharsets.UTF_8));
    }
    bodies.add(new byte[] {(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0});
    bodies.add("{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_16));
    bodies.add(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'});
    bodies.add(new byte[2 << 20]);
    for (String path : RIGHT.keySet()) {
      for (byte[] body : bodies) {
        FakeExchange reply = send(path, body);
        requireAnswered(reply, text(body).substring(0, Math.min(60, text(body).length())));
        assertThat(reply.status()).as("%s", path).isNotEqualTo(503);
      }
    }
    requireNothingLeft();
  }

  @Test
  void clientsThatLeaveAtAnyByteLeaveNothingBehind() throws Exception {
    for (Map.Entry<String, String> request : RIGHT.entrySet()) {
      byte[] body = request.getValue().getBytes(StandardCharsets.UTF_8);
      FakeExchange whole = send(request.getKey(), body);
      int length = whole.body().length();
      for (int i = 0; i < 12; i++) {
        handler.handle(new FakeExchange("POST", request.getKey(), body, (long) length * i / 12));
      }
    }
    requireNothingLeft();
  }
}
