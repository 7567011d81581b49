package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import puna.Generation;
import puna.GenerationOptions;
import puna.Llama;
import puna.Prompt;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Fields;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.ModelDesk;
import puna.server.work.ProgressSink;
import puna.server.work.StartedAnswers;

/// `POST /completion` and `POST /infill`: prompts are continued.
final class CompletionEndpoint implements Endpoint {
  private final ModelDesk desk;
  private final Slots slots;

  CompletionEndpoint(ModelDesk desk, Slots slots) {
    this.desk = desk;
    this.slots = slots;
  }

  /// The prompts of a request.
  ///
  /// @param of a model
  /// @param isArray whether the request has an array of them
  private record Prompts(Function<Llama, List<Prompt>> of, boolean isArray) {}

  /// A request.
  private record Asked(String model, CompletionFields fields, Prompts prompts) {
    boolean isArray() {
      return prompts.isArray || fields.answers() > 1;
    }
  }

  /// The answers to all prompts of a request, started.
  private record Started(StartedAnswers answers, CompletionJson json) implements AutoCloseable {
    List<Generation> all() {
      return answers.all();
    }

    @Override
    public void close() {
      answers.close();
    }
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    MixedPrompt.Several prompts = MixedPrompt.Several.read(request, "prompt");
    answer(
        call,
        request,
        new Prompts(
            llama ->
                prompts.prompts().stream().map(each -> each.prompt(llama.tokenizer())).toList(),
            prompts.isArray()));
  }

  /// `POST /infill`: what is missing between two texts.
  void infill(Call call, String rest) {
    Fields request = call.fields();
    InfillFields between = InfillFields.read(request);
    answer(call, request, new Prompts(llama -> List.of(between.prompt(llama)), false));
  }

  private void answer(Call call, Fields request, Prompts prompts) {
    Asked asked =
        new Asked(
            NamedModel.of(desk, request), CompletionFields.read(request, call.caller()), prompts);
    int slot = slots.place(call, asked.fields.slot());
    if (asked.fields.form().stream()) {
      StreamedReply.run(
          call,
          "text/event-stream",
          reply -> stream(call, asked, slot, reply),
          (reply, failure) -> reply.event("error", call.dialect().body(failure, call)));
      return;
    }
    try (ModelLease lease = desk.lease(call, asked.model);
        Started started = start(lease, asked, slot)) {
      Answering.await(call, started.all());
      JsonValue whole = whole(started, asked);
      keep(started);
      call.reply(200, whole);
    }
  }

  private void stream(Call call, Asked asked, int slot, StreamedReply reply) {
    Runnable idle = () -> CompletionPieces.comment(reply, asked.fields.form());
    try (ModelLease lease = desk.lease(call, asked.model, idle);
        Started started = start(lease, asked, slot)) {
      reply.open();
      CompletionPieces pieces = new CompletionPieces(reply, started.json, started.all());
      Answering.stream(
          call,
          started.all(),
          ProgressSink.where(
              asked.fields.form().progress(), pieces, started.all(), pieces::progress));
      keep(started);
    }
  }

  private static Started start(ModelLease lease, Asked asked, int slot) {
    Llama llama = lease.llama();
    GenerationOptions options = asked.fields.options(llama.tokenizer());
    JsonObject settings = SettingsJson.of(asked.fields, options, llama.info().sampling());
    CompletionJson.Place place = new CompletionJson.Place(lease.model().id(), slot);
    CompletionJson json = new CompletionJson(asked.fields, settings, place, llama.tokenizer());
    return new Started(
        StartedAnswers.of(
            asked.prompts.of.apply(llama),
            prompt -> llama.generateSeveral(prompt, options, asked.fields.answers())),
        json);
  }

  private static JsonValue whole(Started started, Asked asked) {
    List<JsonValue> all = new ArrayList<>();
    for (Generation answer : started.all()) {
      List<puna.GeneratedToken> tokens = new ArrayList<>();
      answer.forEachToken(tokens::add);
      all.add(started.json.end(all.size(), answer, started.json.probabilities(tokens)));
    }
    return asked.isArray() ? new JsonArray(all) : all.getFirst();
  }

  /// The slot holds the first answer's tokens, as if it had a cache of its own.
  private void keep(Started started) {
    Generation first = started.all().getFirst();
    int[] tokens =
        IntStream.concat(IntStream.of(first.promptTokens()), IntStream.of(first.tokens()))
            .toArray();
    CompletionJson json = started.json;
    slots.keep(
        json.place().slot(),
        Optional.of(new Slots.Kept(json.place().model(), tokens, json.settings())));
  }
}
