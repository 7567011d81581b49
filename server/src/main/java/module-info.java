/// The HTTP APIs that clients of language models speak.
module puna.server {
  requires static jdk.jfr;
  requires org.eclipse.jetty.server;
  requires transitive puna;
  requires static transitive org.jspecify;

  exports puna.server;
  exports puna.server.exchange;
  exports puna.server.keys;
  exports puna.server.models;
}
