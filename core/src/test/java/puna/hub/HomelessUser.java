package puna.hub;

import puna.error.ModelNotFoundException;

/// A process for tests: places the default model in the user's store, twice, and says where. The
/// property `file` asks for another.
final class HomelessUser {
  private HomelessUser() {}

  public static void main(String[] args) {
    try {
      String reference = System.getProperty("file", ModelStore.DEFAULT_MODEL);
      ModelStore.standard().resolve(reference);
      System.out.println(ModelStore.standard().resolve(reference));
    } catch (ModelNotFoundException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
