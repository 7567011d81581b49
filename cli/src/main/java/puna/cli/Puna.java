package puna.cli;

/// The `puna` command.
public final class Puna {
  private Puna() {}

  public static void main(String[] args) {}
}
