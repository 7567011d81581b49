package puna.server.ollama;

import java.util.Optional;
import java.util.regex.Pattern;
import puna.server.models.ServedModel;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;

/// What changes which models are served, and by which names. Files are touched only where clients
/// may have models fetched.
final class ShelfEndpoints {
  private static final Pattern NAME =
      Pattern.compile(
          "(?:(?:[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}/)?[A-Za-z0-9_][A-Za-z0-9_-]{0,79}/)?"
              + "[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,79})?");

  private final ModelShelf shelf;

  private final Optional<FetchedModels> fetched;

  ShelfEndpoints(ModelShelf shelf, Optional<FetchedModels> fetched) {
    this.shelf = shelf;
    this.fetched = fetched;
  }

  /// `POST /api/copy`: the same model by another name.
  void copy(Call call, String rest) {
    Fields request = Asked.fields(call);
    String source = request.requiredText("source");
    String destination = request.requiredText("destination");
    if (!NAME.matcher(destination).matches()) {
      throw Failure.invalid("destination", "destination \"%s\" is invalid".formatted(destination));
    }
    ServedModel model = shelf.find(source);
    boolean isTaken =
        shelf.models().find(destination).filter(other -> other.isCalled(destination)).isPresent();
    if (isTaken || !shelf.models().copy(model, ModelJson.untagged(destination))) {
      throw Failure.invalid(
          "destination", "destination \"%s\" is a model already".formatted(destination));
    }
    call.reply(200, "application/json", new byte[0]);
  }

  /// `DELETE /api/delete`: the model is not served any more. Its file stays, unless it was fetched
  /// and clients may do that.
  void delete(Call call, String rest) {
    String name = Asked.model(Asked.fields(call));
    if (fetched.isPresent() && fetched.get().remove(name)) {
      call.reply(200, "application/json", new byte[0]);
      return;
    }
    ServedModel model = shelf.find(name);
    if (!model.isNamed(name)) { // an alias may stand for any text
      throw Failure.of(
          Kind.INVALID, "%s is another name of %s: delete that".formatted(name, model.id()));
    }
    if (!shelf.models().remove(model.id())) {
      throw ModelShelf.missing("model '%s' not found".formatted(name));
    }
    fetched.ifPresent(files -> files.forget(model));
    call.reply(200, "application/json", new byte[0]);
  }
}
