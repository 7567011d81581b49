package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.Models;

/// Whatever a request holds, it is answered: by what it asks for, or by what is wrong with it.
@Timeout(3600)
class HostileRequestsTest {
  private static final boolean THOROUGH = Boolean.getBoolean("puna.test.thorough");
  private static final long SEED = Long.getLong("puna.test.seed", 29);
  private static final int MUTANTS =
      Integer.getInteger("puna.test.mutants", THOROUGH ? 3_000 : 1_500);
  private static final int BODIES =
      Integer.getInteger("puna.test.bodies", THOROUGH ? 2_000 : 1_000);
  private static final int THREADS = 16;
  private static final Map<String, String> RIGHT = RightRequests.all();

  @TempDir private static Path folder;
  private static Models models;
  private static PunaHandler handler;

  @BeforeAll
  static void start() {
    models = TestServer.models("m", 256);
    handler =
        new PunaHandler(
            models, ServerOptions.defaults().withMaxBodyBytes(1 << 20).withSlotFolder(folder));
  }

  @AfterAll
  static void stop() {
    models.close();
  }

  /// @param place method and path
  private static FakeExchange send(String place, byte[] body) throws IOException {
    FakeExchange exchange = exchange(place, body, Long.MAX_VALUE);
    handler.handle(exchange);
    return exchange;
  }

  private static FakeExchange exchange(String place, byte[] body, long leavesAfter) {
    int space = place.indexOf(' ');
    return new FakeExchange(
        place.substring(0, space), place.substring(space + 1), body, leavesAfter);
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
    FakeExchange _ = send("DELETE /api/delete", bytes("{\"model\":\"copy\"}")); // of another test
    for (Map.Entry<String, String> request : RIGHT.entrySet()) {
      FakeExchange reply =
          send(request.getKey(), request.getValue().getBytes(StandardCharsets.UTF_8));
      assertThat(reply.status()).as("%s: %s", request.getKey(), reply.body()).isEqualTo(200);
    }
  }

  @Test
  void changedRequestsAreAnswered() throws Exception {
    List<Map.Entry<String, String>> right = List.copyOf(RIGHT.entrySet());
    Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    inParallel(
        MUTANTS,
        number -> {
          Random random = random(number);
          Map.Entry<String, String> request = right.get(random.nextInt(right.size()));
          byte[] body = changed(request.getValue(), random);
          FakeExchange reply = send(request.getKey(), body);
          requireAnswered(reply, "seed %s, %s: %s".formatted(SEED, number, text(body)));
          statuses.merge(reply.status(), 1, Integer::sum);
        });
    System.out.println("%s changed requests: %s".formatted(MUTANTS, statuses));
    assertThat(statuses.keySet()).contains(200, 400);
    requireNothingLeft();
  }

  @Test
  void bodiesThatAreNoJsonAreRefusedEverywhere() throws Exception {
    List<Map.Entry<String, String>> right = List.copyOf(RIGHT.entrySet());
    inParallel(
        BODIES * 3 / 4,
        number -> {
          Random random = random(number);
          Map.Entry<String, String> request = right.get(number % right.size());
          byte[] body = HostileBodies.broken(request.getValue(), random);
          FakeExchange reply = send(request.getKey(), body);
          assertThat(reply.status())
              .as("%s, seed %s, %s: %s", request.getKey(), SEED, number, shortened(body))
              .isEqualTo(400);
          assertThat(reply.body()).contains("error").hasSizeLessThan(2000);
        });
    requireNothingLeft();
  }

  @Test
  void oddBodiesAreAnswered() throws Exception {
    List<Map.Entry<String, String>> right = List.copyOf(RIGHT.entrySet());
    Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    inParallel(
        BODIES / 4,
        number -> {
          Map.Entry<String, String> request = right.get(number % right.size());
          byte[] body = HostileBodies.odd(request.getValue(), random(number));
          FakeExchange reply = send(request.getKey(), body);
          requireAnswered(reply, "seed %s, %s: %s".formatted(SEED, number, shortened(body)));
          statuses.merge(reply.status(), 1, Integer::sum);
        });
    assertThat(statuses.keySet()).contains(200, 400);
    requireNothingLeft();
  }

  private static Random random(int number) {
    return new Random(SEED * 1_000_003 + number);
  }

  /// One of many.
  private interface Step {
    void run(int number) throws IOException;
  }

  private static void inParallel(int count, Step step) throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        runs.add(
            threads.submit(() -> {
              for (int number = next.getAndIncrement();
                  number < count;
                  number = next.getAndIncrement()) {
                step.run(number);
              }
              return count;
            }));
      }
    }
    for (Future<?> run : runs) {
      run.get();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String shortened(byte[] body) {
    String text = text(body);
    return text.substring(0, Math.min(300, text.length()));
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static void requireNothingLeft() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (working() > 0 && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(working()).isZero();
    assertThat(handler.doorway().inside()).isZero();
  }

  private static int working() {
    return models.loaded().stream()
        .map(loaded -> loaded.llama().activity())
        .mapToInt(activity -> activity.running() + activity.waiting())
        .sum();
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
      if (path.startsWith("DELETE")) {
        continue; // some of them name the model
      }
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
      byte[] body = bytes(request.getValue());
      FakeExchange whole = send(request.getKey(), body);
      int length = whole.body().length();
      for (int i = 0; i < 12; i++) {
        handler.handle(exchange(request.getKey(), body, (long) length * i / 12));
      }
    }
    requireNothingLeft();
  }
}
