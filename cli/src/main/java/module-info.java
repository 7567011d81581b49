/// The `puna` command.
module puna.cli {
  requires puna;
  requires puna.agent;
  requires puna.server;
  requires info.picocli;
  requires jdk.management;
  requires org.jline;
  requires static org.jspecify;

  provides System.LoggerFinder with
      puna.cli.LineLoggers;

  opens puna.cli to
      info.picocli;
  opens puna.cli.bench to
      info.picocli;
  opens puna.cli.command to
      info.picocli;
}
