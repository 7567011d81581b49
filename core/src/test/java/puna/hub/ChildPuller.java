package puna.hub;

import java.nio.file.Path;

/// A second process for tests: fetches `args[2]` from the hub `args[1]` to the home `args[0]`.
final class ChildPuller {
  private ChildPuller() {}

  public static void main(String[] args) {
    FakeHub.store(Path.of(args[0]), FakeHub.settings(args[1])).resolve(args[2]);
  }
}
