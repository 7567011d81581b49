package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.ChatOptions;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.SamplingOptions;

/// Commands that need a model, on the embedded one.
class EmbeddedModelTest {
  private static final String QUESTION = "What is the capital of France?";

  @Test
  void generateStreamsTheAnswerToStandardOutput() {
    CommandRun run = CommandRun.of("generate", "--temperature", "0", QUESTION);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("The capital of France is Paris.\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void theFirstQuestionIsRightWithEverySeed() {
    try (Llama llama = Llama.open("smollm2-135m")) {
      List<ChatMessage> question = List.of(ChatMessage.user(QUESTION));
      for (int seed = 0; seed < 20; seed++) {
        ChatOptions options = ChatOptions.defaults().withSeed(seed).withMaxTokens(16);
        assertThat(llama.chat(question, options).text())
            .isEqualTo("The capital of France is Paris.");
      }
      assertThat(SamplingOptions.defaults().withTemperature(0.6f).over(llama.info().sampling()))
          .isEqualTo(SamplingOptions.metaDefaults());
    }
  }

  @Test
  void samplingDefaultsAreTheModelsOwnUnlessOthersAreAskedFor() {
    assertThat(CommandRun.of("generate", "--seed", "3", QUESTION).out())
        .isEqualTo("The capital of France is Paris.\n");
    assertThat(generated("meta"))
        .isEqualTo(
            CommandRun.of(
                    "generate",
                    "--seed",
                    "3",
                    "-n",
                    "8",
                    "--temp",
                    "0.6",
                    "--top-p",
                    "0.9",
                    QUESTION)
                .out())
        .isNotEqualTo(generated("model"));
  }

  private static String generated(String defaults) {
    return CommandRun.of(
            "generate", "--sampling-defaults", defaults, "--seed", "3", "-n", "8", QUESTION)
        .out();
  }

  @Test
  void generateAsJsonHasExactlyTheDocumentedKeys() {
    CommandRun run =
        CommandRun.withInput(QUESTION + "\n", "generate", "--temperature", "0", "--json");

    JsonObject object = object(run.out());
    assertThat(object.members().keySet())
        .containsExactly("text", "token_ids", "prompt_token_ids", "finish_reason", "timings");
    assertThat(object.get("text")).contains(new JsonString("The capital of France is Paris."));
    assertThat(object.get("finish_reason")).contains(new JsonString("stop"));
    assertThat(ids(object, "token_ids")).containsExactly(504, 3575, 282, 4649, 314, 7042, 30, 2);
    assertThat(ids(object, "prompt_token_ids")).hasSize(37).startsWith(1, 9690, 198);
  }

  @Test
  void generateRawContinuesTheTextAsItStands() {
    CommandRun run =
        CommandRun.of("generate", "--raw", "--special", "--json", "-n", "0", "<|im_start|>user");

    assertThat(ids(object(run.out()), "prompt_token_ids")).containsExactly(1, 4093);
  }

  @Test
  void generateGivesSeveralAnswersAndTheirLogProbabilities() {
    CommandRun run =
        CommandRun.of(
            "generate",
            "--seed",
            "7",
            "--answers",
            "2",
            "--logprobs",
            "3",
            "--prompt-logprobs",
            "--temp",
            "1.5",
            "-n",
            "6",
            "--json",
            QUESTION);

    JsonArray answers = (JsonArray) object(run.out()).get("answers").orElseThrow();
    assertThat(answers.elements()).hasSize(2);
    JsonObject first = (JsonObject) answers.elements().getFirst();
    JsonArray scores = (JsonArray) first.get("logprobs").orElseThrow();
    assertThat(scores.elements()).hasSameSizeAs(ids(first, "token_ids"));
    JsonObject score = (JsonObject) scores.elements().getFirst();
    assertThat(score.members().keySet()).containsExactly("id", "token", "logprob", "top_logprobs");
    assertThat(((JsonArray) score.get("top_logprobs").orElseThrow()).elements()).hasSize(3);
    assertThat(((JsonArray) first.get("prompt_logprobs").orElseThrow()).elements()).hasSize(36);
    assertThat(((JsonObject) answers.elements().getLast()).get("text"))
        .isNotEqualTo(first.get("text"));
  }

  @Test
  void generateEchoesThePromptAndListsLogProbabilities() {
    CommandRun run =
        CommandRun.of(
            "generate",
            "--raw",
            "--temp",
            "0",
            "-n",
            "2",
            "--echo",
            "--logprobs",
            "1",
            "The capital of France is");

    assertThat(run.out()).startsWith("The capital of France is").contains("-0.").hasLineCount(3);
  }

  @Test
  void aPromptLongerThanTheContextIsRefused() {
    CommandRun run = CommandRun.of("generate", "--context", "8", QUESTION);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("puna: ").contains("37", "8").hasLineCount(1);
  }

  @Test
  void chatReadsOneMessageALineWhereInputIsNoTerminal() {
    CommandRun run =
        CommandRun.withInput(
            QUESTION + "\n/reset\n", "chat", "--temperature", "0", "--max-tokens", "16");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("The capital of France is Paris.\n").hasLineCount(2);
    assertThat(run.err()).isEmpty(); // only on a terminal is that a command
  }

  @Test
  void verboseChatShowsWhatIsNewInThePrompt() {
    CommandRun run = CommandRun.withInput("Hi.\nWhy?\n", "chat", "--verbose", "--max-tokens", "4");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .startsWith("The model reads, behind 0 tokens that it knows:\n<|im_start|>system\n")
        .contains("<|im_start|>user\nHi.<|im_end|>\n<|im_start|>assistant\n");
    String second = run.err().substring(run.err().lastIndexOf("The model reads"));
    assertThat(second)
        .contains("<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n")
        .doesNotContain("system", "Hi.");
  }

  @Test
  void tokenizeShowsIdsAndPieces() {
    assertThat(CommandRun.of("tokenize", "Once upon").out()).isEqualTo("6403\tOnce\n1980\tĠupon\n");
    assertThat(CommandRun.of("tokenize", "--ids", "--bos", "Once upon").out())
        .isEqualTo("1 6403 1980\n");
    assertThat(CommandRun.of("tokenize", "--json", "Once").out())
        .isEqualTo("{\"ids\":[6403],\"pieces\":[\"Once\"]}\n");
  }

  @Test
  void specialTokensAreRecognisedOnlyOnRequest() {
    assertThat(CommandRun.of("tokenize", "--ids", "--special", "<|im_end|>").out())
        .isEqualTo("2\n");
    assertThat(CommandRun.of("tokenize", "--ids", "<|im_end|>").out().strip().split(" "))
        .hasSizeGreaterThan(3);
  }

  @Test
  void corporaGoThereAndBackLineByLine() {
    String lines = "\"Once upon\"\n\"a\\nb 라마 🦙\"\n\"\"\n";

    CommandRun ids = CommandRun.withInput(lines, "tokenize", "--jsonl");
    CommandRun texts = CommandRun.withInput(ids.out(), "detokenize", "--jsonl");

    assertThat(ids.out()).startsWith("[6403,1980]\n").endsWith("\n[]\n");
    assertThat(texts.out()).isEqualTo(lines);
  }

  @Test
  void aBadLineOfACorpusIsNamed() {
    CommandRun text = CommandRun.withInput("\"a\"\n17\n", "tokenize", "--jsonl");
    CommandRun ids = CommandRun.withInput("[1]\n[49152]\n", "detokenize", "--jsonl");

    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.err()).isEqualTo("puna: standard input, line 2: expected a JSON string\n");
    assertThat(ids.exitCode()).isEqualTo(1);
    assertThat(ids.err()).contains("line 2", "49151", "49152");
  }

  @Test
  void detokenizeLeavesSpecialTokensOutUnlessAsked() {
    assertThat(CommandRun.of("detokenize", "1", "6403", "1980", "2").out())
        .isEqualTo("Once upon\n");
    assertThat(CommandRun.of("detokenize", "--special", "1", "6403", "1980", "2").out())
        .isEqualTo("<|im_start|>Once upon<|im_end|>\n");
  }

  @Test
  void perplexityScoresAllTokensButTheFirst(@TempDir Path folder) throws IOException {
    Path ids =
        Files.writeString(
            folder.resolve("ids.json"),
            "[6403, 1980, 253, 655, 28, 665, 436, 253, 303, 4130, 81, 617]");
    Path logits = folder.resolve("logits.f32");

    CommandRun run =
        CommandRun.of(
            "perplexity", "--tokens", "--json", "--save-logits", logits.toString(), ids.toString());

    JsonObject object = object(run.out());
    assertThat(object.members().keySet())
        .containsExactly("nll", "perplexity", "tokens", "scored_tokens");
    assertThat(((JsonNumber) object.get("nll").orElseThrow()).asDouble())
        .isCloseTo(29.22139, Percentage.withPercentage(0.1));
    assertThat(object.get("scored_tokens")).contains(JsonNumber.of(11));
    assertThat(Files.size(logits)).isEqualTo(12L * 49152 * 4);
  }

  @Test
  void perplexityOfALongTextAsksForAStride(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "Once upon a time, there was a llama");

    CommandRun whole = CommandRun.of("perplexity", "-c", "4", text.toString());
    CommandRun strided = CommandRun.of("perplexity", "-c", "4", "--stride", "2", text.toString());

    assertThat(whole.exitCode()).isEqualTo(1);
    assertThat(whole.err()).contains("--stride");
    assertThat(strided.exitCode()).isZero();
    assertThat(strided.out()).contains("perplexity");
  }

  @Test
  void inspectAndModelsKnowTheEmbeddedModel() {
    JsonObject file = object(CommandRun.of("inspect", "--json").out());
    CommandRun models = CommandRun.of("models");

    assertThat(file.members().keySet()).containsExactly("file", "metadata", "tensors");
    assertThat(((JsonArray) file.get("tensors").orElseThrow()).elements()).hasSize(272);
    assertThat(models.out()).contains("smollm2-135m", "98.4 MB", "(the default)");
  }

  @Test
  void infoTellsTheKernelsWithReasons() {
    JsonObject info = object(CommandRun.of("info", "--json").out());

    assertThat(info.members())
        .containsKeys("puna", "java", "processor", "features", "memory_bytes", "kernels");
  }

  @Test
  void benchMeasuresAndSaysWhatOn() {
    CommandRun run =
        CommandRun.of("bench", "-p", "4", "-n", "2", "-b", "3", "-d", "5", "-r", "1", "--json");

    JsonObject report = object(run.out());
    assertThat(report.members())
        .containsKeys("tier", "threads", "type", "load_seconds", "read_limit_bytes_per_second");
    assertThat(((JsonArray) report.get("results").orElseThrow()).elements())
        .extracting(result -> ((JsonObject) result).get("test").orElseThrow())
        .containsExactly(new JsonString("pp4"), new JsonString("tg2@5"), new JsonString("tg2x3"));
  }

  @Test
  void anUnknownShapeListsTheKnownOnes() {
    CommandRun run = CommandRun.of("bench", "--shape", "llama-9-900b");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("llama-9-900b", "llama-3.2-1b");
  }

  private static JsonObject object(String text) {
    return (JsonObject) Json.parse(text, "standard output");
  }

  private static List<Integer> ids(JsonObject object, String key) {
    return ((JsonArray) object.get(key).orElseThrow())
        .elements().stream().map(id -> (int) number(id)).toList();
  }

  private static long number(JsonValue value) {
    return ((JsonNumber) value).asLong();
  }
}
