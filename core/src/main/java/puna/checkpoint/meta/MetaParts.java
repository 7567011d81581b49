package puna.checkpoint.meta;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
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
  /// Rotary frequencies, which follow from the base: early checkpoints wrote them out.
  private static final Pattern WRITTEN_OUT =
      Pattern.compile("rope\\.freqs|layers\\.\\d+\\.attention\\.inner_attention\\.rope\\.freqs");

  private static final int NAMED = 4;

  private final MetaParams params;
  private final List<MetaPart> parts;
  private final SequencedMap<String, Tensor> joined = new LinkedHashMap<>();
  private final Map<String, Tensor> left;

  private MetaParts(MetaParams params, List<MetaPart> parts) {
    this.params = params;
    this.parts = parts;
    this.left = new LinkedHashMap<>(parts.getFirst().tensors());
  }

  /// A whole model.
  ///
  /// @param tensors by GGUF's names
  /// @param vocabulary rows of the embedding
  record Whole(SequencedMap<String, Tensor> tensors, long vocabulary, long feedForward) {}

  /// @throws ModelFormatException when parts contradict each other or `params`, or a tensor is
  ///   missing, or is of another kind of model
  static Whole join(MetaParams params, List<MetaPart> parts) {
    return new MetaParts(params, parts).join();
  }

  private Whole join() {
    long width = params.width();
    Tensor embedding = free("tok_embeddings.weight", "token_embd.weight");
    long vocabulary = embedding.shape().rows();
    requireVocabulary(vocabulary);
    long feedForward = 0;
    for (int layer = 0; layer < params.layers(); layer++) {
      String meta = "layers." + layer + ".";
      String gguf = "blk." + layer + ".";
      norm(meta + "attention_norm.weight", gguf + "attn_norm.weight");
      matrix(meta + "attention.wq", gguf + "attn_q", width, params.queryWidth());
      matrix(meta + "attention.wk", gguf + "attn_k", width, params.kvWidth());
      matrix(meta + "attention.wv", gguf + "attn_v", width, params.kvWidth());
      matrix(meta + "attention.wo", gguf + "attn_output", params.queryWidth(), width);
      norm(meta + "ffn_norm.weight", gguf + "ffn_norm.weight");
      if (layer == 0) {
        String first = meta + "feed_forward.w1.weight";
        feedForward = free(first, gguf + "ffn_gate.weight").shape().rows();
      } else {
        matrix(meta + "feed_forward.w1", gguf + "ffn_gate", width, feedForward);
      }
      matrix(meta + "feed_forward.w3", gguf + "ffn_up", width, feedForward);
      matrix(meta + "feed_forward.w2", gguf + "ffn_down", feedForward, width);
    }
    norm("norm.weight", "output_norm.weight");
    if (left.containsKey("output.weight")) {
      matrix("output", "output", width, vocabulary);
    }
    refuseOthers();
    return new Whole(joined, vocabulary, feedForward);
  }

  private void requireVocabulary(long rows) {
    Optional<Long> said = params.vocabulary();
    if (said.isPresent() && said.get() != rows) {
      throw new ModelFormatException(
          "%s: vocab_size: must be the rows of tok_embeddings.weight, %s, found %s"
              .formatted(params.origin(), rows, said.get()));
    }
  }

  private void norm(String meta, String gguf) {
    List<Tensor> cuts = cuts(meta);
    Shape wanted = Shape.of(params.width());
    if (!cuts.getFirst().shape().sameExtents(wanted)) {
      throw shapeFailure(meta, wanted, cuts.getFirst());
    }
    joined.put(gguf, TensorViews.named(gguf, cuts.getFirst()));
  }

  private void matrix(String meta, String gguf, long columns, long rows) {
    String name = meta + ".weight";
    Tensor whole = whole(name, gguf + ".weight", Shape.of(columns, rows));
    joined.put(whole.name(), whole);
  }

  /// A matrix whose rows nothing but its own shape tells.
  private Tensor free(String meta, String gguf) {
    Shape cut = cuts(meta).getFirst().shape();
    long rows = cut.columns() == params.width() ? cut.rows() * parts.size() : cut.rows();
    Tensor whole = whole(meta, gguf, Shape.of(params.width(), rows));
    joined.put(gguf, whole);
    return whole;
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
  private List<Tensor> cuts(String meta) {
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

  private ModelFormatException shapeFailure(String meta, Shape wanted, Tensor found) {
    Shape shape = found.shape();
    String finding =
        "must be a part of %s (columns × rows) cut into %s by %s, found %s"
            .formatted(wanted, parts.size(), params.origin(), shape);
    return parts.getFirst().failure(meta, finding + missingParts(wanted, shape));
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

  /// Refuses what is no tensor of a dense Llama, in any part.
  private void refuseOthers() {
    left.keySet().removeIf(name -> WRITTEN_OUT.matcher(name).matches());
    refuse(
        parts.getFirst(),
        List.copyOf(left.keySet()),
        "a dense Llama's for the layers of " + params.origin());
    for (MetaPart part : parts.subList(1, parts.size())) {
      List<String> others =
          part.tensors().keySet().stream()
              .filter(name -> !parts.getFirst().tensors().containsKey(name))
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
