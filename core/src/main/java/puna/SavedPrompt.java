package puna;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import puna.error.JsonException;
import puna.error.SavedStateException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.saved.BlockFileWriter.Form;
import puna.text.FileText;

/// Raw prompts in files, with the keys and values that the model computed for them, as [Session] is
/// for conversations.
public final class SavedPrompt {
  private static final String TOKENS = "tokens";

  private SavedPrompt() {}

  /// Where a prompt is written.
  ///
  /// @param subject what the file says beside the cached blocks
  record Target(Path file, byte[] subject, Form form) {}

  /// Saves a prompt, so that [#restore] brings its keys and values back into the KV cache; what is
  /// not there any more is computed first. Whatever happens meanwhile, the file is the old one or
  /// the new one. Only its owner may read it.
  ///
  /// @throws SavedStateException when it cannot be written
  /// @throws puna.error.AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when the model is closed, or when called by a listener on the
  ///   engine's own thread
  public static void save(Llama llama, Prompt prompt, Path file) {
    int[] tokens = prompt.tokens(llama.tokenizer());
    write(llama, tokens, new Target(requireNonNull(file, "file"), subject(tokens), Form.AS_CACHED));
  }

  /// Restores a prompt that [#save] wrote, as far as the KV cache has room: whichever prompt begins
  /// with it takes that up.
  ///
  /// @return its tokens
  /// @throws SavedStateException when there is no such file, it is broken, or it was saved with
  ///   another model or another kind of KV cache
  /// @throws puna.error.AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when called by a listener on the engine's own thread
  public static Prompt restore(Llama llama, Path file) {
    requireNonNull(file, "file");
    return Prompt.tokens(tokens(file, llama.savedCache().restore(file)));
  }

  /// Writes whole blocks of what the model has computed for tokens; what is not in the cache any
  /// more is computed first.
  static void write(Llama llama, int[] tokens, Target target) {
    SavedCache cache = llama.savedCache();
    int[] whole = wholeBlocks(tokens, llama.info().context(), cache.blockPositions());
    if (cache.known(whole) < whole.length) {
      GenerationOptions reading = GenerationOptions.greedy().withMaxTokens(0);
      try (Generation read = llama.generate(Prompt.tokens(whole), reading)) {
        String _ = read.await();
      }
    }
    cache.save(target.file(), target.subject(), whole, target.form());
  }

  private static int[] wholeBlocks(int[] tokens, int context, int blockPositions) {
    int count = Math.min(tokens.length, context);
    return Arrays.copyOf(tokens, count / blockPositions * blockPositions);
  }

  /// What a file says of a raw prompt: all of its tokens, also those behind the last whole block.
  private static byte[] subject(int[] tokens) {
    JsonArray ids =
        new JsonArray(Arrays.stream(tokens).<JsonValue>mapToObj(JsonNumber::of).toList());
    return Json.write(new JsonObject(Map.of(TOKENS, ids))).getBytes(StandardCharsets.UTF_8);
  }

  /// The tokens that a file is about.
  ///
  /// @throws SavedStateException when it is about something else
  private static int[] tokens(Path file, byte[] subject) {
    try {
      String text = new String(subject, StandardCharsets.UTF_8);
      JsonObject json = Option.readObject(Json.parse(text, "tokens"));
      JsonValue ids = json.get(TOKENS).orElseThrow(() -> notTokens(file, "no tokens"));
      return Option.list(ids, Option::readInteger).stream().mapToInt(id -> id).toArray();
    } catch (JsonException | IllegalArgumentException e) {
      throw notTokens(file, String.valueOf(e.getMessage()));
    }
  }

  private static SavedStateException notTokens(Path file, String found) {
    return new SavedStateException(
        FileText.line("%s: must have the tokens of a prompt, found %s".formatted(file, found)));
  }
}
