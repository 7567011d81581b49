package puna.vector;

import java.util.Optional;
import puna.backend.Absence;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.Tiers;

/// Says which tiers a JVM of its own has, and why others are absent.
final class TiersProgram {
  private TiersProgram() {}

  public static void main(String[] args) {
    try (Tiers tiers = Tiers.detect(Optional.empty())) {
      for (KernelProvider provider : tiers.available()) {
        System.out.println(provider.tier());
      }
      for (Absence absence : tiers.absences()) {
        System.out.println(absence.name() + ": " + absence.reason());
      }
    }
  }
}
