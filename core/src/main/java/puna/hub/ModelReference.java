package puna.hub;

import java.net.URI;
import java.util.Optional;
import puna.error.ModelNotFoundException;
import puna.hub.net.Repository;
import puna.text.FileText;

/// A model that lies elsewhere, as people write it.
///
/// - `hf.co/USER/REPOSITORY`, `hf.co/USER/REPOSITORY:QUANT`, each with `@REVISION` behind it; also
///   with `huggingface.co`, with `https://`, and without any host
/// - the address of a file on the hub, as its pages show it
/// - `https://HOST/…/FILE.gguf` of any other host
public sealed interface ModelReference {
  /// The reference in one form, however it was written.
  String text();

  /// Files of a repository.
  ///
  /// @param quant which of them: a name of a quantization, such as `Q4_K_M`
  /// @param file the very file, by its path
  record InRepository(
      String user, String name, String revision, Optional<String> quant, Optional<String> file)
      implements ModelReference {
    @Override
    public String text() {
      String which = quant.or(() -> file).map(text -> ":" + text).orElse("");
      String at = revision.equals(Repository.MAIN) ? "" : "@" + revision;
      return "hf.co/%s/%s%s%s".formatted(user, name, which, at);
    }
  }

  /// A file of any server.
  record AtAddress(URI uri) implements ModelReference {
    @Override
    public String text() {
      // What stands behind ? may be a signature, which nobody else should read.
      return FileText.line(uri.toString().replaceFirst("[?#].*", ""));
    }
  }

  /// Reads a reference; empty where the text looks like none, but like a file or a name.
  ///
  /// @throws ModelNotFoundException when it looks like one, and breaks a rule
  static Optional<ModelReference> parse(String text) {
    return References.parse(text);
  }
}
