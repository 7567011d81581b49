package puna.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/// What the POMs and jars must hold so that Maven Central takes them.
class PublishingTest {
  private static final Path ROOT = Path.of(System.getProperty("puna.test.root", ".."));

  private static final String JAVADOC =
      "build/plugins/plugin[artifactId='maven-javadoc-plugin']/configuration";

  /// Elements that a published artifact has itself or from its parent.
  private static final List<String> ASKED_FOR =
      List.of(
          "url",
          "licenses/license/name",
          "licenses/license/url",
          "developers/developer/name",
          "developers/developer/organization",
          "scm/connection",
          "scm/developerConnection",
          "scm/url");

  private final Pom parent = Pom.read(ROOT.resolve("pom.xml"));
  private final Pom bom = Pom.read(ROOT.resolve("bom/pom.xml"));

  /// Folder to POM.
  private final Map<String, Pom> modules = new TreeMap<>();

  PublishingTest() throws IOException {
    for (String module : parent.all("modules/module")) {
      modules.put(module, Pom.read(ROOT.resolve(module).resolve("pom.xml")));
    }
    assertThat(modules).containsKeys("bom", "core", "bench");
  }

  @Test
  void everyPublishedArtifactSaysWhatItIs() {
    for (Pom pom : published()) {
      assertThat(pom.text("name")).as("%s: name", pom).isNotBlank();
      assertThat(pom.text("description")).as("%s: description", pom).isNotBlank();
      for (String element : ASKED_FOR) {
        Pom source = pom.text(element).isEmpty() && pom.has("parent") ? parent : pom;
        assertThat(source.text(element)).as("%s: %s", pom, element).isNotBlank();
      }
    }
  }

  @Test
  void whatIsInheritedIsNotLengthenedByAModulesFolder() {
    assertThat(parent.attribute("", "child.project.url.inherit.append.path")).isEqualTo("false");
    modules.values().stream()
        .filter(Predicate.not(PublishingTest::isKept))
        .forEach(pom -> assertThat(pom.text("scm/url")).as("%s: scm/url", pom).isNotBlank());
  }

  @Test
  void theBomNamesEveryPublishedJar() {
    List<String> jars =
        modules.values().stream()
            .filter(Predicate.not(PublishingTest::isKept))
            .filter(pom -> !pom.text("packaging").equals("pom"))
            .map(pom -> pom.text("artifactId"))
            .toList();

    assertThat(bom.all("dependencyManagement/dependencies/dependency/artifactId"))
        .containsExactlyInAnyOrderElementsOf(jars);
  }

  @Test
  void theBomManagesNoOtherVersions() {
    assertThat(bom.has("parent")).isFalse();
    assertThat(bom.all("dependencyManagement/dependencies/dependency/version"))
        .containsOnly("${project.version}");
    assertThat(bom.all("dependencyManagement/dependencies/dependency/groupId"))
        .containsOnly(parent.text("groupId"));
  }

  @Test
  void theBomSaysOfTheProjectWhatTheParentSays() {
    List<String> elements = new ArrayList<>(ASKED_FOR);
    elements.addAll(
        List.of(
            "groupId",
            "version",
            "organization/name",
            "developers/developer/organizationUrl",
            "properties/puna.url",
            "properties/project.build.outputTimestamp"));
    for (String element : elements) {
      assertThat(bom.text(element)).as(element).isEqualTo(parent.text(element));
    }
    assertThat(release(bom)).isNotEmpty().isEqualTo(release(parent));
    assertThat(managedPlugins(parent)).containsAll(managedPlugins(bom));
  }

  @Test
  void whatIsNotPublishedIsNeitherInstalledNorDeployedNorSigned() {
    List<Pom> kept = modules.values().stream().filter(PublishingTest::isKept).toList();
    for (Pom pom : kept) {
      for (String skip :
          List.of(
              "maven.install.skip",
              "maven.deploy.skip",
              "maven.source.skip",
              "maven.javadoc.skip",
              "gpg.skip")) {
        assertThat(pom.text("properties/" + skip)).as("%s: %s", pom, skip).isEqualTo("true");
      }
    }
    String excluded =
        "profiles/profile/build/plugins/plugin/configuration/excludeArtifacts/excludeArtifact";
    assertThat(parent.all(excluded))
        .containsExactlyInAnyOrderElementsOf(kept.stream().map(Pom::toString).toList());
    assertThat(kept).extracting(Pom::toString).contains("puna-bench", "puna-core-tests");
  }

  @Test
  void noModulePublishesItsTests() {
    for (Pom pom : modules.values()) {
      assertThat(pom.all("build/plugins/plugin/executions/execution/goals/goal"))
          .as(pom.toString())
          .doesNotContain("test-jar");
    }
  }

  @Test
  void javadocShowsThePackagesThatAreExportedToEveryone() throws IOException {
    for (Map.Entry<String, Pom> module : modules.entrySet()) {
      Path descriptor = ROOT.resolve(module.getKey()).resolve("src/main/java/module-info.java");
      if (Files.exists(descriptor)) {
        List<String> exported = exports(Files.readString(descriptor));
        List<String> shown =
            module.getValue().all(JAVADOC + "/sourceFileIncludes/sourceFileInclude");

        assertThat(shown).as("%s: packages shown", module.getValue()).isNotEmpty();
        if (!exported.isEmpty()) {
          assertThat(shown)
              .as("%s: packages shown", module.getValue())
              .containsExactlyInAnyOrderElementsOf(exported);
        }
      }
    }
  }

  @Test
  void everyJarCarriesTheLicenceAndTheNotice() throws IOException {
    List<Path> ours =
        Pattern.compile(Pattern.quote(System.getProperty("path.separator")))
            .splitAsStream(System.getProperty("java.class.path"))
            .map(Path::of)
            .filter(PublishingTest::isPublishedCode)
            .toList();

    assertThat(ours).hasSizeGreaterThanOrEqualTo(2);
    for (Path entry : ours) {
      for (String file : List.of("LICENSE", "NOTICE")) {
        assertThat(content(entry, "META-INF/" + file))
            .as("%s: META-INF/%s", entry, file)
            .isEqualTo(Files.readString(ROOT.resolve(file)));
      }
    }
  }

  private List<Pom> published() {
    List<Pom> poms = new ArrayList<>(List.of(parent));
    modules.values().stream().filter(Predicate.not(PublishingTest::isKept)).forEach(poms::add);
    return poms;
  }

  /// True of a module that stays here.
  private static boolean isKept(Pom pom) {
    return pom.text("properties/maven.deploy.skip").equals("true");
  }

  /// Plugins of the release profile, with their versions.
  private static List<String> release(Pom pom) {
    return pom.all("profiles/profile[id='release']/build/plugins/plugin");
  }

  private static List<String> managedPlugins(Pom pom) {
    String plugin = "build/pluginManagement/plugins/plugin/";
    List<String> names = pom.all(plugin + "artifactId");
    List<String> versions = pom.all(plugin + "version");
    return IntStream.range(0, names.size()).mapToObj(i -> names.get(i) + versions.get(i)).toList();
  }

  /// The files of the packages that a descriptor exports to everyone.
  private static List<String> exports(String descriptor) {
    return Pattern.compile("exports\\s+([\\w.]+);")
        .matcher(descriptor)
        .results()
        .map(match -> match.group(1).replace('.', '/') + "/*.java")
        .toList();
  }

  /// True of the classes or the jar of another module: of this build, complete when tests run here.
  private static boolean isPublishedCode(Path entry) {
    Path absolute = entry.toAbsolutePath().normalize();
    Path root = ROOT.toAbsolutePath().normalize();
    return absolute.startsWith(root)
        && absolute.toString().contains("target")
        && !absolute.startsWith(root.resolve("bench"));
  }

  private static String content(Path entry, String name) throws IOException {
    if (Files.isDirectory(entry)) {
      return Files.readString(entry.resolve(name));
    }
    try (ZipFile jar = new ZipFile(entry.toFile())) {
      ZipEntry file = jar.getEntry(name);
      return file == null
          ? ""
          : new String(jar.getInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
