/// Agents: a model that calls tools.
module puna.agent {
  requires java.net.http;
  requires transitive puna;
  requires static transitive org.jspecify;

  exports puna.agent;
}
