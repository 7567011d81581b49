package puna.hub;

import puna.error.ModelNotFoundException;

/// A process for tests: places the default model in the user's store, twice, and says where.
final class HomelessUser {
  private HomelessUser() {}

  public static void main(String[] args) {
    try {
      ModelStore.standard().resolve(ModelStore.DEFAULT_MODEL);
      System.out.println(ModelStore.standard().resolve(ModelStore.DEFAULT_MODEL));
    } catch (ModelNotFoundException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
