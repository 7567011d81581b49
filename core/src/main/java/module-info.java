/// Puna: Llama on the JVM.
///
/// `puna` and the five packages that its signatures name are the API. The internals are visible to
/// the modules of this project only.
module puna {
  requires java.net.http;
  requires static java.management;
  requires static jdk.jfr;
  requires static jdk.management;
  requires tools.jackson.core;
  requires static transitive org.jspecify;

  exports puna;
  exports puna.chat;
  exports puna.error;
  exports puna.json;
  exports puna.sample;
  exports puna.token;
  exports puna.backend to
      puna.cli,
      puna.vector,
      puna.x64,
      puna.bench;
  exports puna.backend.choice to
      puna.cli;
  exports puna.backend.cpu to
      puna.cli,
      puna.vector,
      puna.x64,
      puna.bench;
  exports puna.backend.cpu.scalar to
      puna.x64;
  exports puna.chat.format to
      puna.cli;
  exports puna.chat.template to
      puna.cli;
  exports puna.chat.template.python to
      puna.cli;
  exports puna.chat.tools to
      puna.cli;
  exports puna.convert to
      puna.cli;
  exports puna.format to
      puna.cli;
  exports puna.gguf to
      puna.cli,
      puna.bench;
  exports puna.grammar to
      puna.cli,
      puna.bench;
  exports puna.grammar.automaton to
      puna.cli,
      puna.bench;
  exports puna.grammar.mask to
      puna.bench;
  exports puna.grammar.schema to
      puna.bench,
      puna.cli;
  exports puna.hub to
      puna.cli,
      puna.model.smollm2_135m;
  exports puna.model to
      puna.cli;
  exports puna.model.synthetic to
      puna.cli;
  exports puna.quant to
      puna.vector,
      puna.x64,
      puna.bench;
  exports puna.sample.chain to
      puna.bench;
  exports puna.tensor to
      puna.cli,
      puna.vector,
      puna.x64,
      puna.bench;
  exports puna.text to
      puna.cli;
  exports puna.token.file to
      puna.bench;

  uses puna.backend.BackendProvider;
  uses puna.backend.cpu.TierFactory;
  uses puna.hub.ModelArtifact;
}
