package puna.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import puna.error.ModelNotFoundException;

/// The models among the resources of the class path and the module path, found by name.
///
/// A model `m` lies in the folder `META-INF/puna/models/m/`; for listing, its artifact names it in
/// a line of the resource `META-INF/puna/model-names`. Names below META-INF are no package names:
/// the module system does not hide them, once the artifact's module is bound ([ModelArtifact]) or
/// named.
final class EmbeddedModels {
  private static final String FOLDER = "META-INF/puna/models/";
  private static final String NAMES = "META-INF/puna/model-names";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

  private final List<ClassLoader> loaders;

  EmbeddedModels(List<ClassLoader> loaders) {
    this.loaders = List.copyOf(loaders);
  }

  /// Looks where Puna itself lies, where the running thread's application lies, and where the
  /// modules lie that provide models to Puna's.
  static EmbeddedModels ofThisApplication() {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(EmbeddedModels.class.getClassLoader());
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      loaders.add(context);
    }
    ModuleLayer layer = EmbeddedModels.class.getModule().getLayer();
    if (layer != null) {
      ServiceLoader.load(layer, ModelArtifact.class).stream()
          .map(provider -> provider.type().getClassLoader())
          .forEach(loaders::add);
    }
    return new EmbeddedModels(List.copyOf(loaders));
  }

  /// Where models are looked for, as whoever started the JVM knows it.
  static String places() {
    return EmbeddedModels.class.getModule().isNamed() ? "module path" : "class path";
  }

  Optional<EmbeddedModel> find(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    return resource(FOLDER + name + "/model.properties")
        .map(properties -> EmbeddedModel.read(name, properties));
  }

  /// The resource that holds a model's file.
  URL content(EmbeddedModel model) {
    return resource(FOLDER + model.name() + "/" + model.file())
        .orElseThrow(() ->
            new ModelNotFoundException(
                "%s: its file %s is missing beside it, replace the artifact of model %s"
                    .formatted(model.properties(), model.file(), model.name())));
  }

  /// All names, sorted.
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (ClassLoader loader : loaders) {
      try {
        for (URL list : Collections.list(loader.getResources(NAMES))) {
          names.addAll(names(list));
        }
      } catch (IOException e) {
        throw new ModelNotFoundException(
            "the embedded models cannot be listed: " + e.getMessage(), e);
      }
    }
    return names;
  }

  private static List<String> names(URL list) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(Resources.open(list), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(String::strip)
          .filter(line -> NAME.matcher(line).matches())
          .toList();
    }
  }

  private Optional<URL> resource(String path) {
    return loaders.stream()
        .map(loader -> loader.getResource(path))
        .filter(Objects::nonNull)
        .findFirst();
  }
}
