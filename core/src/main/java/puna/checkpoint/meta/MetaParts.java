package puna.checkpoint.meta;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import puna.error.ModelFormatException;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// The tensors of a model from the parts of a checkpoint, each cut by rows or by columns.
///
/// Which of the two is decided by shape, since generations differ: the embedding was cut by columns
/// first, by rows from Llama 3 on. What has one axis is in every part as a whole.
final class MetaParts {
  private static final int NAMED = 4;

  private final MetaParams params;
  private final List<MetaPart> parts;
  private final SequencedMap<String, Tensor> joined = new LinkedHashMap<>();
  private final Set<String> left;

  MetaParts(MetaParams params, List<MetaPart> parts) {
    this.params = params;
    this.parts = parts;
    this.left = new LinkedHashSet<>(parts.getFirst().tensors().keySet());
  }

  /// What has been joined, by GGUF's names.
  SequencedMap<String, Tensor> tensors() {
    return joined;
  }

  MetaParams params() {
    return params;
  }

  int count() {
    return parts.size();
  }

  boolean has(String meta) {
    return parts.getFirst().tensors().containsKey(meta);
  }

  void put(Tensor tensor) {
    joined.put(tensor.name(), tensor);
  }

  /// The embedding, which tells the vocabulary.
  ///
  /// @return its rows
  long embedding() {
    long rows = free("tok_embeddings.weight", "token_embd.weight").shape().rows();
    Optional<Long> said = params.vocabulary();
    if (said.isPresent() && said.get() != rows) {
      throw new ModelFormatException(
          "%s: vocab_size: must be the rows of tok_embeddings.weight, %s, found %s"
              .formatted(params.origin(), rows, said.get()));
    }
    return rows;
  }

  /// What follows the layers; without an output the embedding serves as one.
  void output(long vocabulary) {
    norm("norm.weight", "output_norm.weight");
    if (has("output.weight")) {
      matrix("output.weight", "output.weight", Shape.of(params.width(), vocabulary));
    }
  }

  void norm(String meta, String gguf) {
    put(TensorViews.named(gguf, replicated(meta, Shape.of(params.width()))));
  }

  /// What is in every part as a whole.
  Tensor replicated(String meta, Shape wanted) {
    Tensor first = cuts(meta).getFirst();
    if (!first.shape().sameExtents(wanted)) {
      throw shapeFailure(meta, wanted, first);
    }
    return first;
  }

  void matrix(String meta, String gguf, Shape wanted) {
    put(whole(meta, gguf, wanted));
  }

  /// A matrix whose rows nothing but its own shape tells.
  Tensor free(String meta, String gguf) {
    Shape cut = cuts(meta).getFirst().shape();
    long rows = cut.columns() == params.width() ? cut.rows() * parts.size() : cut.rows();
    Tensor whole = whole(meta, gguf, Shape.of(params.width(), rows));
    put(whole);
    return whole;
  }

  /// The three matrices of a gated unit.
  ///
  /// @param names of gate, up and down
  /// @param gguf what GGUF's names have in the place of `%s`, such as `blk.0.ffn_%s.weight`
  /// @param hidden the unit's width; 0 where the gate tells it
  /// @return the unit's width
  long gated(List<String> names, String gguf, long hidden) {
    String gate = gguf.replace("%s", "gate");
    long width = params.width();
    long known = hidden;
    if (known == 0) {
      known = free(names.get(0), gate).shape().rows();
    } else {
      matrix(names.get(0), gate, Shape.of(width, known));
    }
    matrix(names.get(1), gguf.replace("%s", "up"), Shape.of(width, known));
    matrix(names.get(2), gguf.replace("%s", "down"), Shape.of(known, width));
    return known;
  }

  private Tensor whole(String meta, String gguf, Shape wanted) {
    List<Tensor> cuts = cuts(meta);
    Shape cut = cuts.getFirst().shape();
    long count = parts.size();
    if (cut.rank() == 2 || cut.rows() == 1) {
      if (cut.columns() == wanted.columns() && cut.rows() * count == wanted.rows()) {
        return TensorViews.stacked(gguf, cuts);
      }
      if (cut.rows() == wanted.rows() && cut.columns() * count == wanted.columns()) {
        return TensorViews.sideBySide(gguf, cuts);
      }
    }
    throw shapeFailure(meta, wanted, cuts.getFirst());
  }

  /// The cuts of a tensor, one of each part, all of one type and shape.
  List<Tensor> cuts(String meta) {
    left.remove(meta);
    List<Tensor> cuts = new ArrayList<>();
    for (MetaPart part : parts) {
      Tensor cut = part.tensors().get(meta);
      if (cut == null) {
        throw part.failure(
            meta,
            "is required by the %s layers of %s, found none"
                .formatted(params.layers(), params.origin()));
      }
      requireFloat(part, cut);
      Tensor first = cuts.isEmpty() ? cut : cuts.getFirst();
      if (cut.type() != first.type() || !cut.shape().sameExtents(first.shape())) {
        throw part.failure(
            meta,
            "must be %s of %s as in %s, found %s of %s"
                .formatted(
                    first.type(), first.shape(), parts.getFirst().name(), cut.type(), cut.shape()));
      }
      cuts.add(cut);
    }
    return cuts;
  }

  private static void requireFloat(MetaPart part, Tensor cut) {
    TensorType type = cut.type();
    if (type != TensorType.F32
        && type != TensorType.F16
        && type != TensorType.BF16
        && type != TensorType.F64) {
      throw part.failure(cut.name(), "must be F32, F16, BF16 or F64, found " + type);
    }
  }

  ModelFormatException failure(String meta, String finding) {
    return parts.getFirst().failure(meta, finding);
  }

  /// @param wanted of the whole tensor
  ModelFormatException shapeFailure(String meta, Shape wanted, Tensor found) {
    Shape shape = found.shape();
    String finding =
        "must be a part of %s (columns × rows) cut into %s by %s, found %s"
            .formatted(wanted, parts.size(), params.origin(), shape);
    return failure(meta, finding + missingParts(wanted, shape));
  }

  /// That further parts would make the whole, if they would.
  private String missingParts(Shape wanted, Shape found) {
    long times = 0;
    if (found.columns() == wanted.columns() && wanted.rows() % found.rows() == 0) {
      times = wanted.rows() / found.rows();
    } else if (found.rows() == wanted.rows() && wanted.columns() % found.columns() == 0) {
      times = wanted.columns() / found.columns();
    }
    return times > parts.size() && times <= MetaFiles.MOST_PARTS
        ? ": that is one of %s parts, %s is missing"
            .formatted(times, MetaFiles.partName(parts.size()))
        : "";
  }

  /// Refuses what has not been joined, in any part.
  ///
  /// @param skipped what a text model has no use for
  /// @param owner what every tensor must be, such as `a dense Llama's`
  void refuseOthers(Pattern skipped, String owner) {
    refuse(
        parts.getFirst(),
        left.stream().filter(name -> !skipped.matcher(name).matches()).toList(),
        "%s for the layers of %s".formatted(owner, params.origin()));
    for (MetaPart part : parts.subList(1, parts.size())) {
      List<String> others =
          part.tensors().keySet().stream()
              .filter(name -> !has(name) && !skipped.matcher(name).matches())
              .toList();
      refuse(part, others, "in every part");
    }
  }

  private static void refuse(MetaPart part, List<String> names, String rule) {
    if (!names.isEmpty()) {
      String more = names.size() > NAMED ? " and %s more".formatted(names.size() - NAMED) : "";
      throw new ModelFormatException(
          "%s: data.pkl: every tensor must be %s, found %s%s"
              .formatted(
                  part.name(),
                  rule,
                  String.join(", ", names.stream().limit(NAMED).map(ZipEntry::excerpt).toList()),
                  more));
    }
  }
}
