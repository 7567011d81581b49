/// Puna: Llama on the JVM.
///
/// `puna` is the API. The internals are visible to the command line and the benchmarks of this
/// project only.
module puna {
  requires static jdk.jfr;
  requires tools.jackson.core;
  requires static transitive org.jspecify;

  exports puna;
  exports puna.chat;
  exports puna.chat.tools;
  exports puna.grammar;
  exports puna.grammar.schema;
  exports puna.sample;
  exports puna.hub;
  exports puna.json;
  exports puna.json.bind;
  exports puna.tensor;
  exports puna.token;
  exports puna.chat.template to
      puna.cli,
      puna.bench;
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
      puna.x64,
      puna.bench;
  exports puna.engine to
      puna.cli,
      puna.bench;
  exports puna.format to
      puna.cli;
  exports puna.gguf to
      puna.cli,
      puna.bench;
  exports puna.model to
      puna.cli,
      puna.bench;
  exports puna.quant to
      puna.cli,
      puna.vector,
      puna.x64,
      puna.bench;

  uses puna.backend.BackendProvider;
  uses puna.backend.cpu.TierFactory;
}
