package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import puna.error.PunaException;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;

/// What is exported to everyone, and what its signatures may name.
class ExportsTest {
  private static final Path CLASSES = Path.of("target", "classes");
  private static final Path DECISION =
      Path.of(System.getProperty("puna.test.root", ".."), "docs", "decisions", "0007-exports.md");
  private static final Pattern LISTED = Pattern.compile("(?m)^- `(puna[a-z.]*)`");
  private static final List<Class<?>> GROWING =
      List.of(
          LlamaOptions.class,
          GenerationOptions.class,
          ChatOptions.class,
          ScoreOptions.class,
          EmbeddingOptions.class,
          Embedding.class,
          Embeddings.class,
          RerankOptions.class,
          Ranking.class,
          SessionOptions.class,
          Session.class,
          SamplingOptions.class,
          LogProbabilityOptions.class,
          ResponseFormat.class,
          JsonOptions.class,
          Prompt.class,
          ModelInfo.class,
          Usage.class,
          Timings.class,
          GeneratedToken.class,
          Score.class);

  private final Set<String> exported = exported();
  private final List<Class<?>> types = types();

  private static Set<String> exported() {
    try (InputStream descriptor = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
      return ModuleDescriptor.read(descriptor).exports().stream()
          .filter(export -> !export.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// All types of the exported packages that users can name.
  private List<Class<?>> types() {
    List<Class<?>> found = new ArrayList<>();
    for (String name : exported) {
      try (Stream<Path> files = Files.list(CLASSES.resolve(name.replace('.', '/')))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class") && !file.startsWith("package-info"))
            .map(file -> load(name + "." + file.substring(0, file.length() - 6)))
            .filter(ExportsTest::isPublic)
            .forEach(found::add);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return found;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ExportsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return Modifier.isPublic(type.getModifiers())
        && !type.isAnonymousClass()
        && (outer == null || isPublic(outer));
  }

  @Test
  void thePackagesAreThoseOfTheDecision() throws IOException {
    Set<String> listed =
        LISTED
            .matcher(Files.readString(DECISION))
            .results()
            .map((MatchResult line) -> line.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(exported)
        .as("exported to everyone; %s lists %s", DECISION, listed)
        .isEqualTo(listed);
    assertThat(types).as("public types").hasSizeGreaterThan(50);
  }

  @Test
  void signaturesNameNothingElse() {
    List<String> found = new ArrayList<>();
    for (Class<?> type : types) {
      named(type)
          .filter(name -> !isOpenToAll(name))
          .forEach(name -> found.add(type.getName() + " names " + name.getName()));
      for (Executable member : members(type)) {
        named(member)
            .filter(name -> !isOpenToAll(name))
            .forEach(name -> found.add(member + " names " + name.getName()));
      }
      for (Field field : type.getDeclaredFields()) {
        if (isSeen(field.getModifiers())) {
          named(field.getGenericType())
              .filter(name -> !isOpenToAll(name))
              .forEach(name -> found.add(field + " names " + name.getName()));
        }
      }
    }
    assertThat(found).as("signatures that name types which are not exported").isEmpty();
  }

  private static List<Executable> members(Class<?> type) {
    return Stream.<Executable>concat(
            Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
        .filter(member -> isSeen(member.getModifiers()) && !member.isSynthetic())
        .toList();
  }

  private static boolean isSeen(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private boolean isOpenToAll(Class<?> type) {
    return type.isPrimitive()
        || type.getName().startsWith("java.")
        || (exported.contains(type.getPackageName()) && isPublic(type));
  }

  private static Stream<Class<?>> named(Class<?> type) {
    Stream<Type> above =
        type.getGenericSuperclass() == null
            ? Stream.empty()
            : Stream.of(type.getGenericSuperclass());
    return Stream.of(above, Arrays.stream(type.getGenericInterfaces()), bounds(type))
        .flatMap(each -> each)
        .flatMap(ExportsTest::named);
  }

  private static Stream<Class<?>> named(Executable member) {
    Stream<Type> result =
        member instanceof Method method ? Stream.of(method.getGenericReturnType()) : Stream.empty();
    return Stream.of(
            result,
            Arrays.stream(member.getGenericParameterTypes()),
            Arrays.stream(member.getGenericExceptionTypes()),
            bounds(member))
        .flatMap(each -> each)
        .flatMap(ExportsTest::named);
  }

  private static Stream<Type> bounds(GenericDeclaration generic) {
    return Arrays.stream(generic.getTypeParameters())
        .flatMap(variable -> Arrays.stream(variable.getBounds()));
  }

  private static Stream<Class<?>> named(Type type) {
    return switch (type) {
      case Class<?> name -> Stream.of(name.isArray() ? name.componentType() : name);
      case ParameterizedType name ->
          Stream.concat(
              named(name.getRawType()),
              Arrays.stream(name.getActualTypeArguments()).flatMap(ExportsTest::named));
      case GenericArrayType array -> named(array.getGenericComponentType());
      case WildcardType any ->
          Stream.concat(Arrays.stream(any.getUpperBounds()), Arrays.stream(any.getLowerBounds()))
              .flatMap(ExportsTest::named);
      case TypeVariable<?> _ -> Stream.empty(); // its bounds are told where it is declared
      default -> throw new AssertionError(type);
    };
  }

  @Test
  void nothingThrowsACheckedException() {
    List<String> found = new ArrayList<>();
    for (Class<?> type : types) {
      Stream.<Executable>concat(
              members(type).stream(),
              Arrays.stream(type.getMethods()) // such as the `close` that an interface inherits
                  .filter(method -> method.getDeclaringClass() != Object.class))
          .filter(
              member -> Arrays.stream(member.getExceptionTypes()).anyMatch(ExportsTest::isChecked))
          .forEach(member -> found.add(type.getName() + ": " + member));
    }
    assertThat(found).as("signatures with checked exceptions").isEmpty();
  }

  private static boolean isChecked(Class<?> exception) {
    return !RuntimeException.class.isAssignableFrom(exception)
        && !Error.class.isAssignableFrom(exception);
  }

  @Test
  void whatMayGrowHasNoConstructor() {
    List<String> found =
        GROWING.stream()
            .flatMap(type -> Arrays.stream(type.getConstructors()))
            .map(String::valueOf)
            .toList();
    assertThat(found).as("public constructors of types that may grow").isEmpty();
    assertThat(GROWING)
        .allSatisfy(
            type -> assertThat(Modifier.isFinal(type.getModifiers())).as("%s", type).isTrue());
  }

  @Test
  void nothingIsRegisteredByAMethodThatBeginsWithOn() {
    List<String> found =
        types.stream()
            .flatMap(type -> members(type).stream())
            .filter(member -> member instanceof Method && member.getParameterCount() == 1)
            .filter(member -> member.getName().matches("on[A-Z].*"))
            .map(String::valueOf)
            .toList();
    assertThat(found).as("methods that begin with `on`").isEmpty();
  }

  @Test
  void allExceptionsAreOfOneKind() {
    List<Class<?>> exceptions = types.stream().filter(Throwable.class::isAssignableFrom).toList();
    assertThat(exceptions).hasSizeGreaterThan(10).allMatch(PunaException.class::isAssignableFrom);
  }

  @Test
  void eventsMayGetNewKinds() {
    List<Class<?>> events =
        types.stream().filter(type -> type.getSimpleName().endsWith("Event")).toList();
    assertThat(events).isNotEmpty().noneMatch(Class::isSealed);
  }

  @Test
  void allPackagesAreNullMarked() {
    assertThat(exported)
        .allSatisfy(name -> {
          AnnotatedElement described = load(name + ".package-info");
          assertThat(described.isAnnotationPresent(NullMarked.class)).as(name).isTrue();
        });
  }
}
