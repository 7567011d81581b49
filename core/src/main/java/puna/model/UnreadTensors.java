package puna.model;

import java.util.List;
import java.util.regex.Pattern;
import puna.error.ModelFormatException;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Tensors that no code reads: the file was made for another computation, so that every answer
/// would be wrong, but for a few that hold nothing a model needs.
final class UnreadTensors {
  private static final int NAMED = 4;
  private static final String INPUT_SCALE = ".input_scale";

  // The rotary frequencies, which follow from the base: early converters wrote them out.
  private static final Pattern WRITTEN_OUT =
      Pattern.compile("rope\\.freqs|blk\\.\\d+\\.(attn_rot_embd(\\.weight)?|attn\\.rope\\.freqs)");

  private UnreadTensors() {}

  /// @throws ModelFormatException when tensors that matter have not been found
  static void refuse(TensorTally tally) {
    List<String> left = tally.unread().stream().filter(name -> !isHarmless(name, tally)).toList();
    if (!left.isEmpty()) {
      String more = left.size() > NAMED ? " and %s more".formatted(left.size() - NAMED) : "";
      throw new ModelFormatException(
          "%s: every tensor must be one of the %s architecture's for the layers and sizes that the"
                  .formatted(tally.origin(), tally.metadata().requireString("general.architecture"))
              + " metadata gives, found %s that nothing reads: %s%s"
                  .formatted(
                      left.size(), String.join(", ", left.stream().limit(NAMED).toList()), more));
    }
  }

  private static boolean isHarmless(String name, TensorTally tally) {
    return WRITTEN_OUT.matcher(name).matches() || isUnusedInputScale(name, tally);
  }

  /// How NVFP4 activations are to be made, beside a weight of another type: no product uses it.
  private static boolean isUnusedInputScale(String name, TensorTally tally) {
    if (!name.endsWith(INPUT_SCALE)) {
      return false;
    }
    String owner = name.substring(0, name.length() - INPUT_SCALE.length()) + ".weight";
    Tensor weight = tally.tensors().get(owner);
    return weight != null && weight.type() != TensorType.NVFP4;
  }
}
