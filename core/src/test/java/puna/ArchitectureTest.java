package puna;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;
import puna.error.PunaException;
import puna.token.Tokenizer;

/// The direction rules of the house, as far as module-info cannot say them.
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("puna");

  @Test
  void dependenciesPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("json")
        .definedBy("puna.json..")
        .layer("tensor")
        .definedBy("puna.tensor")
        .layer("settings")
        .definedBy("puna.settings")
        .layer("files")
        .definedBy("puna.file", "puna.gguf", "puna.quant", "puna.safetensors")
        .layer("checkpoints")
        .definedBy("puna.checkpoint..")
        .layer("backend")
        .definedBy("puna.backend..")
        .layer("formats")
        .definedBy("puna.format")
        .layer("model")
        .definedBy("puna.model..")
        .layer("token")
        .definedBy("puna.token..")
        .layer("chat")
        .definedBy("puna.chat..")
        .layer("grammar")
        .definedBy("puna.grammar..")
        .layer("sample")
        .definedBy("puna.sample..")
        .layer("events")
        .definedBy("puna.events")
        .layer("engine")
        .definedBy("puna.engine")
        .layer("saved")
        .definedBy("puna.saved")
        .layer("hub")
        .definedBy("puna.hub..")
        .layer("conversion")
        .definedBy("puna.convert")
        .layer("api")
        .definedBy("puna")
        .whereLayer("api")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("conversion")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("events")
        .mayOnlyBeAccessedByLayers("engine", "api")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("formats")
        .mayOnlyBeAccessedByLayers("conversion", "api")
        .whereLayer("saved")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("hub")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("conversion", "engine", "api")
        .whereLayer("backend")
        .mayOnlyBeAccessedByLayers("saved", "model", "engine", "api")
        .whereLayer("checkpoints")
        .mayOnlyBeAccessedByLayers("formats")
        .whereLayer("files")
        .mayOnlyBeAccessedByLayers(
            "checkpoints", "backend", "formats", "conversion", "model", "engine", "api")
        .whereLayer("chat")
        .mayOnlyBeAccessedByLayers("formats", "engine", "api")
        .whereLayer("sample")
        .mayOnlyBeAccessedByLayers("engine", "api")
        .whereLayer("grammar")
        .mayOnlyBeAccessedByLayers("chat", "engine", "api")
        .whereLayer("token")
        .mayOnlyBeAccessedByLayers("checkpoints", "formats", "chat", "grammar", "engine", "api")
        .check(CORE);
  }

  @Test
  void everyPackageHasItsPlace() {
    classes()
        .that()
        .resideOutsideOfPackages(
            "puna",
            "puna.backend..",
            "puna.chat..",
            "puna.checkpoint..",
            "puna.convert",
            "puna.engine",
            "puna.events",
            "puna.file",
            "puna.format",
            "puna.gguf",
            "puna.grammar..",
            "puna.hub..",
            "puna.json..",
            "puna.model..",
            "puna.quant",
            "puna.safetensors",
            "puna.sample..",
            "puna.saved",
            "puna.settings",
            "puna.tensor",
            "puna.token..")
        .should()
        .resideInAnyPackage("puna.error", "puna.options", "puna.text")
        .because("they lie below all layers, and see what theTextSideCouldBeDivided says")
        .check(CORE);
  }

  @Test
  void theApiOpensModelsThroughTheSeams() {
    noClasses()
        .that()
        .resideInAPackage("puna")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "puna.backend.cpu..",
            "puna.gguf",
            "puna.quant",
            "puna.safetensors",
            "puna.checkpoint..")
        .check(CORE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("puna.(**)").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void theTextSideNeverSeesTheMachine() {
    noClasses()
        .that()
        .resideInAnyPackage("puna.token..", "puna.chat..", "puna.grammar..", "puna.sample..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("puna.backend..", "puna.model..", "puna.gguf", "puna.quant")
        .check(CORE);
    noClasses()
        .that()
        .resideInAPackage("puna.sample..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("puna.token..", "puna.chat..", "puna.tensor")
        .check(CORE);
  }

  @Test
  void theTextSideCouldBeDivided() {
    knowsNothingOfPunaBut("puna.chat.template..", "puna.json..");
    knowsNothingOfPunaBut("puna.grammar..", "puna.json..", "puna.token");
    knowsNothingOfPunaBut("puna.token..", "puna.json..", "puna.tensor");
    knowsNothingOfPunaBut("puna.json..");
    knowsNothingOfPunaBut("puna.settings");
    knowsNothingOfPunaBut("puna.tensor");
    knowsNothingOfPunaBut("puna.options", "puna.json");
    knowsNothingOfPunaBut("puna.error");
    knowsNothingOfPunaBut("puna.text");
    knowsNothingOfPunaBut("puna.events");
    noClasses()
        .that()
        .resideInAPackage("puna.grammar..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("puna.token").and(not(JavaClass.Predicates.type(Tokenizer.class))))
        .check(CORE);
  }

  /// Beside what is named, all know the failures and the text of their messages.
  private static void knowsNothingOfPunaBut(String packages, String... known) {
    noClasses()
        .that()
        .resideInAPackage(packages)
        .should()
        .dependOnClassesThat(
            resideInAPackage("puna..")
                .and(resideOutsideOfPackages(packages, "puna.error", "puna.text"))
                .and(resideOutsideOfPackages(known)))
        .check(CORE);
  }

  @Test
  void theVectorApiIsNamedInItsOwnModuleAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector")
        .because("who requires this module would read an incubator module")
        .check(CORE);
  }

  @Test
  void flightRecorderIsNamedInItsOwnPackageAndLookedUp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("puna.events")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.jfr")
        .check(CORE);
    noClasses()
        .that()
        .doNotHaveSimpleName("FlightRecords")
        .should()
        .dependOnClassesThat()
        .haveSimpleName("FlightRecords")
        .because("its module may be missing: it is looked up by name")
        .check(CORE);
  }

  @Test
  void nothingHereCallsNativeCodeOrUnsafe() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(SymbolLookup.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("sun.misc.Unsafe")
        .check(CORE);
  }

  @Test
  void theEnvironmentIsReadInOneClass() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("puna.settings.Settings")
        .should()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .check(CORE);
  }

  @Test
  void aLibraryNeitherPrintsNorExits() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(CORE);
  }

  @Test
  void staticsAreConstant() {
    fields().that().areStatic().should().beFinal().check(CORE);
  }

  @Test
  void thereAreNoSingletons() {
    noClasses()
        .should()
        .callMethodWhere(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "getInstance() of our own",
                call ->
                    call.getTarget().getName().equals("getInstance")
                        && call.getTarget().getOwner().getPackageName().startsWith("puna")))
        .check(CORE);
  }

  @Test
  void exceptionsAreOurOwnAndFinal() {
    classes()
        .that()
        .areAssignableTo(RuntimeException.class)
        .and()
        .resideInAPackage("puna..")
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT) // the kinds, which are never thrown themselves
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(CORE);
  }

  @Test
  void whatIsExportedThrowsExceptionsOfOneKind() {
    classes()
        .that()
        .areAssignableTo(RuntimeException.class)
        .and()
        .resideInAnyPackage(
            "puna", "puna.chat", "puna.error", "puna.json", "puna.sample", "puna.token")
        .and()
        .arePublic()
        .should()
        .beAssignableTo(PunaException.class)
        .check(CORE);
  }
}
