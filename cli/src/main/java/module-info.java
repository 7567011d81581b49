/// The `puna` command.
module puna.cli {
  requires puna;
  requires info.picocli;
  requires jdk.management;
  requires org.jline;
  requires static org.jspecify;

  opens puna.cli to
      info.picocli;
}
