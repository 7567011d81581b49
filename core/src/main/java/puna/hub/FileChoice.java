package puna.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import puna.error.ModelNotFoundException;
import puna.hub.ModelReference.InRepository;
import puna.hub.net.RemoteFile;
import puna.text.FileText;

/// Which files of a repository a reference means.
///
/// @param open the file to open, the first one of a split model; empty for the folder itself
/// @param files all that belong to it
record FileChoice(String open, List<RemoteFile> files) {
  private static final Pattern SPLIT = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
  // Where no quantization is named: what most people want, then what is nearest to it.
  private static final List<String> PREFERENCES =
      List.of(
          "Q4_K_M", "Q4_0", "Q4_K_S", "IQ4_XS", "IQ4_NL", "Q4_1", "Q5_K_M", "Q5_K_S", "Q5_0",
          "Q6_K", "Q8_0", "Q3_K_L", "Q3_K_M", "IQ3_M", "Q3_K_S", "Q2_K", "BF16", "F16", "F32");
  private static final List<String> PROJECTOR_PREFERENCES = List.of("F16", "BF16", "Q8_0", "F32");
  private static final int MOST_SHOWN = 40;

  FileChoice {
    files = List.copyOf(files);
  }

  /// One model: a file, or all parts of a split one.
  private record Candidate(String name, List<RemoteFile> parts) {
    String fileName() {
      return name.substring(name.lastIndexOf('/') + 1);
    }

    String folder() {
      return name.substring(0, name.lastIndexOf('/') + 1);
    }

    String first() {
      return parts.getFirst().path();
    }
  }

  /// @throws ModelNotFoundException when no file or several fit; with what there is
  static FileChoice of(InRepository reference, List<RemoteFile> files) {
    List<Candidate> models = candidates(files);
    if (reference.file().isPresent()) {
      return exactly(reference, reference.file().get(), models, files);
    }
    if (models.isEmpty()) {
      return new Safetensors(reference, files).choice();
    }
    Candidate chosen =
        reference.quant().isPresent()
            ? byQuant(reference, reference.quant().get(), models)
            : byPreference(reference, models);
    return of(reference, chosen, files);
  }

  /// All models of a repository, each with what belongs to it, but for those that miss parts.
  static List<FileChoice> every(InRepository reference, List<RemoteFile> files) {
    List<FileChoice> choices = new ArrayList<>();
    List<Candidate> models = candidates(files);
    for (Candidate model : models) {
      try {
        choices.add(of(reference, model, files));
      } catch (ModelNotFoundException _) {
        // Parts are missing.
      }
    }
    boolean hasSafetensors = files.stream().anyMatch(file -> Safetensors.isOne(file.path()));
    if (models.isEmpty() && hasSafetensors) {
      try {
        choices.add(new Safetensors(reference, files).choice());
      } catch (ModelNotFoundException _) {
        // Weights alone, or a part of another model.
      }
    }
    return choices;
  }

  private static FileChoice of(InRepository reference, Candidate chosen, List<RemoteFile> files) {
    requireAllParts(reference, chosen);
    List<RemoteFile> all = new ArrayList<>(chosen.parts);
    projector(chosen, files).ifPresent(all::add);
    return new FileChoice(chosen.first(), all);
  }

  private static FileChoice exactly(
      InRepository reference, String path, List<Candidate> models, List<RemoteFile> files) {
    return models.stream()
        .filter(model -> model.parts.stream().anyMatch(part -> part.path().equals(path)))
        .findFirst()
        .map(model -> of(reference, model, files))
        .or(() ->
            files.stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .map(file -> new FileChoice(path, List.of(file))))
        .orElseThrow(() -> none(reference, "no file \"" + path + "\"", models));
  }

  private static List<Candidate> candidates(List<RemoteFile> files) {
    Map<String, List<RemoteFile>> models = new TreeMap<>();
    for (RemoteFile file : files) {
      String path = file.path();
      if (isGguf(path) && !isProjector(path) && !isWord("imatrix", path)) {
        Matcher split = SPLIT.matcher(path);
        String name = split.matches() ? split.group(1) + "-of-" + split.group(3) : path;
        models.computeIfAbsent(name, _ -> new ArrayList<>()).add(file);
      }
    }
    return models.entrySet().stream()
        .map(model -> {
          model.getValue().sort(Comparator.comparing(RemoteFile::path));
          return new Candidate(model.getKey(), model.getValue());
        })
        .toList();
  }

  private static void requireAllParts(InRepository reference, Candidate chosen) {
    Matcher split = SPLIT.matcher(chosen.first());
    if (!split.matches()) {
      return;
    }
    int parts = Integer.parseInt(split.group(3));
    boolean isComplete = chosen.parts.size() == parts && split.group(2).equals("00001");
    if (!isComplete) {
      throw new ModelNotFoundException(
          "%s: the model %s must have its %s parts in the repository, found %s; choose another"
              .formatted(reference.text(), FileText.line(chosen.name), parts, chosen.parts.size()));
    }
  }

  private static Candidate byQuant(InRepository reference, String quant, List<Candidate> models) {
    List<Candidate> byFile =
        matching(models, model -> isWord(quant, model.fileName()) || isStem(quant, model));
    List<Candidate> found =
        byFile.isEmpty() ? matching(models, model -> isWord(quant, model.folder())) : byFile;
    if (found.isEmpty()) {
      throw none(reference, "no GGUF file of \"" + quant + "\"", models);
    }
    return only(reference, found);
  }

  private static Candidate byPreference(InRepository reference, List<Candidate> models) {
    if (models.size() == 1) {
      return models.getFirst();
    }
    for (String quant : PREFERENCES) {
      List<Candidate> found = matching(models, model -> isWord(quant, model.name));
      if (!found.isEmpty()) {
        return only(reference, found);
      }
    }
    throw several(reference, models);
  }

  private static List<Candidate> matching(List<Candidate> models, Predicate<Candidate> rule) {
    return models.stream().filter(rule).toList();
  }

  private static Candidate only(InRepository reference, List<Candidate> found) {
    if (found.size() > 1) {
      throw several(reference, found);
    }
    return found.getFirst();
  }

  private static boolean isStem(String name, Candidate model) {
    return model.fileName().equalsIgnoreCase(name + ".gguf");
  }

  /// Whether a quantization stands in a name as a whole word: `Q4_K` is none of `Q4_K_M` nor of
  /// `IQ4_K`.
  static boolean isWord(String word, String name) {
    return Pattern.compile(
            "(?<![a-z0-9])" + Pattern.quote(word.toLowerCase(Locale.ROOT)) + "(?![a-z0-9_])")
        .matcher(name.toLowerCase(Locale.ROOT))
        .find();
  }

  /// The first quantization that a file's name tells, for people.
  static Optional<String> quantization(String name) {
    return Stream.concat(
            PREFERENCES.stream(),
            Stream.of("Q5_1", "Q3_K_XL", "IQ3_XS", "IQ3_XXS", "IQ2_M", "IQ2_XS", "MXFP4", "TQ1_0"))
        .filter(quant -> isWord(quant, name))
        .findFirst();
  }

  private static boolean isGguf(String path) {
    return path.toLowerCase(Locale.ROOT).endsWith(".gguf");
  }

  private static boolean isProjector(String path) {
    return isGguf(path) && path.toLowerCase(Locale.ROOT).contains("mmproj");
  }

  /// The image encoder that lies beside a model, or else at the top of the repository.
  private static Optional<RemoteFile> projector(Candidate model, List<RemoteFile> files) {
    List<RemoteFile> projectors =
        files.stream()
            .filter(file -> isProjector(file.path()))
            .filter(file -> {
              String folder = file.path().substring(0, file.path().lastIndexOf('/') + 1);
              return folder.isEmpty() || folder.equals(model.folder());
            })
            .sorted(Comparator.comparing(RemoteFile::path))
            .toList();
    return PROJECTOR_PREFERENCES.stream()
        .flatMap(quant -> projectors.stream().filter(file -> isWord(quant, file.path())))
        .findFirst()
        .or(() -> projectors.stream().findFirst());
  }

  private static ModelNotFoundException none(
      InRepository reference, String what, List<Candidate> models) {
    return new ModelNotFoundException(
        "%s: there is %s; there is: %s"
            .formatted(reference.text(), FileText.line(what), names(models)));
  }

  private static ModelNotFoundException several(InRepository reference, List<Candidate> models) {
    return new ModelNotFoundException(
        "%s may mean several files; name one of them behind the colon: %s"
            .formatted(reference.text(), names(models)));
  }

  private static String names(List<Candidate> models) {
    String names =
        models.stream()
            .limit(MOST_SHOWN)
            .map(model -> FileText.line(model.first()))
            .collect(Collectors.joining(", "));
    return models.isEmpty() ? "no GGUF file" : models.size() > MOST_SHOWN ? names + ", …" : names;
  }
}
