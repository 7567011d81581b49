package puna.x64;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which package of machine code sees which others.
class ArchitectureTest {
  private static final String ENTRANCE = "puna.x64";

  private static final JavaClasses X64 =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ENTRANCE);

  /// A package, and those that it may see; the entrance may see all.
  private static final Map<String, List<String>> SEES =
      Map.ofEntries(
          Map.entry("settings", List.of()),
          Map.entry("asm", List.of()),
          Map.entry("code", List.of("asm", "settings")),
          Map.entry("cpu", List.of("asm", "code", "settings")),
          Map.entry("pack", List.of()),
          Map.entry("tile", List.of("asm")),
          Map.entry("row", List.of("asm", "code")),
          Map.entry("panel", List.of("asm", "code", "pack", "row", "tile")),
          Map.entry("attention", List.of("asm", "code", "row", "tile")),
          Map.entry("product", List.of("asm", "code", "pack")),
          Map.entry("product.plane", List.of("asm", "code", "pack", "panel", "product", "tile")),
          Map.entry(
              "product.tile", List.of("asm", "code", "pack", "panel", "product", "row", "tile")),
          Map.entry("product.word", List.of("asm", "code", "pack", "panel", "product")),
          Map.entry(
              "kernel",
              List.of(
                  "attention",
                  "code",
                  "cpu",
                  "pack",
                  "panel",
                  "product",
                  "product.plane",
                  "product.tile",
                  "product.word",
                  "row",
                  "tile")));

  private static final Set<String> PACKAGES = SEES.keySet();

  @Test
  void everyPackageHasARule() {
    Set<String> found = X64.stream().map(JavaClass::getPackageName).collect(toSet());
    found.remove(ENTRANCE);

    assertThat(found).isEqualTo(PACKAGES.stream().map(ArchitectureTest::whole).collect(toSet()));
  }

  @ParameterizedTest
  @FieldSource("PACKAGES")
  void aPackageSeesNoOthers(String name) {
    noClasses()
        .that()
        .resideInAPackage(whole(name))
        .should()
        .dependOnClassesThat(
            resideInAPackage(ENTRANCE + "..")
                .and(resideOutsideOfPackages(whole(name)))
                .and(
                    resideOutsideOfPackages(
                        SEES.getOrDefault(name, List.of()).stream()
                            .map(ArchitectureTest::whole)
                            .toArray(String[]::new))))
        .check(X64);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("puna.x64.(**)").should().beFreeOfCycles().check(X64);
  }

  /// What writes and runs instructions would serve anything else as well.
  @ParameterizedTest
  @ValueSource(strings = {"settings", "asm", "code", "cpu", "tile"})
  void theMachineKnowsNothingOfTheEngine(String name) {
    noClasses()
        .that()
        .resideInAPackage(whole(name))
        .should()
        .dependOnClassesThat(
            resideInAPackage("puna..").and(resideOutsideOfPackages(ENTRANCE + "..")))
        .check(X64);
  }

  private static String whole(String name) {
    return ENTRANCE + "." + name;
  }
}
