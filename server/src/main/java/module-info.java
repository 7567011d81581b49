/// The HTTP APIs that clients of language models speak.
@SuppressWarnings("requires-automatic") // OpenTelemetry's jars are no modules
module puna.server {
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires static jdk.jfr;
  requires org.eclipse.jetty.server;
  requires transitive puna;
  requires static transitive org.jspecify;

  exports puna.server;
  exports puna.server.exchange;
  exports puna.server.keys;
  exports puna.server.models;
  exports puna.server.trace;
}
