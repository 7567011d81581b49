package puna;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Where an `Optional` may stand: it is what a method returns and what a record is made of. Callers
/// of the API never have to wrap what they give, and no field waits to be filled with one.
class OptionalRulesTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("puna");

  private static final Set<String> EXPORTED =
      Set.of("puna", "puna.chat", "puna.error", "puna.json", "puna.sample", "puna.token");

  private static final Set<String> OPTIONALS =
      Stream.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  /// Fields that change, each with its reason; one that is no longer needed must go.
  private static final Map<String, String> CHANGING =
      Map.of(
          "puna.ModelLibrary$Told.sha256", "said when a transfer begins",
          "puna.ModelLoader.place", "said by the call that opens a file",
          "puna.engine.AnswerToken.probability", "filled anew for each token",
          "puna.grammar.schema.ArrayShape.unique",
              "said by a keyword, of which there may be several",
          "puna.hub.net.PieceMap.version", "learnt from the server's answers",
          "puna.hub.net.RemoteLocation.known", "learnt from a redirect",
          "puna.json.TypeShape$RecordParts.constructor",
              "known once a type that has itself is read");

  private static final String BUILDER = "puna.json.JsonValue$JsonObject$Builder.";

  /// What an accessor returned is put into a document as it is, which is what these are for.
  private static final Set<String> TAKING =
      Set.of(
          BUILDER + "putIfPresent(java.lang.String, java.util.Optional)",
          BUILDER + "putOrNull(java.lang.String, java.util.Optional)");

  @Test
  void whatIsExportedTakesNoOptionalButToPassItOn() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      if (EXPORTED.contains(type.getPackageName()) && isPublic(type)) {
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (unit.getModifiers().contains(JavaModifier.PUBLIC)
              && !(type.isRecord() && unit.isConstructor())
              && unit.getRawParameterTypes().stream().anyMatch(OptionalRulesTest::isOptional)) {
            found.add(unit.getFullName());
          }
        }
      }
    }
    assertThat(found).isEqualTo(new TreeSet<>(TAKING));
  }

  @Test
  void noFieldWaitsToBeFilledWithAnOptional() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      for (JavaField field : type.getFields()) {
        if (isOptional(field.getRawType()) && !field.getModifiers().contains(JavaModifier.FINAL)) {
          found.add(field.getFullName());
        }
      }
    }
    assertThat(found).isEqualTo(new TreeSet<>(CHANGING.keySet()));
  }

  private static boolean isOptional(JavaClass type) {
    return OPTIONALS.contains(type.getName());
  }

  /// With all classes around it.
  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(OptionalRulesTest::isPublic).orElse(true);
  }
}
