package puna.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import puna.gguf.GgufWriter;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// A model of one layer and no weights, whose file wants EOS behind a text and names a token that
/// it does not have.
final class OddModel {
  private static final int WIDTH = 32;

  private OddModel() {}

  static Path write(Path folder) throws IOException {
    return write(folder, "[INST] {{ messages[0].content }} [/INST]");
  }

  static Path write(Path folder, String template) throws IOException {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "\u2581"));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    long[] types = new long[tokens.size()];
    Arrays.fill(types, 1);
    types[0] = 2;
    types[1] = 3;
    types[2] = 3;
    GgufWriter writer =
        new GgufWriter()
            .string("general.architecture", "llama")
            .uint32("llama.context_length", 64)
            .uint32("llama.embedding_length", WIDTH)
            .uint32("llama.block_count", 1)
            .uint32("llama.feed_forward_length", WIDTH)
            .uint32("llama.attention.head_count", 1)
            .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .string("tokenizer.ggml.model", "llama")
            .strings("tokenizer.ggml.tokens", tokens)
            .int32s("tokenizer.ggml.token_type", types)
            .float32s("tokenizer.ggml.scores", new double[tokens.size()])
            .uint32("tokenizer.ggml.eot_token_id", 32_000)
            .bool("tokenizer.ggml.add_eos_token", true)
            .string("tokenizer.chat_template", template)
            .tensor(zeros("token_embd.weight", Shape.of(WIDTH, tokens.size())))
            .tensor(zeros("output_norm.weight", Shape.of(WIDTH)));
    for (String norm : List.of("attn_norm", "ffn_norm")) {
      writer.tensor(zeros("blk.0." + norm + ".weight", Shape.of(WIDTH)));
    }
    for (String matrix :
        List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
      writer.tensor(zeros("blk.0." + matrix + ".weight", Shape.of(WIDTH, WIDTH)));
    }
    Path file = folder.resolve("odd.gguf");
    writer.write(file);
    return file;
  }

  private static Tensor zeros(String name, Shape shape) {
    long bytes = TensorType.F32.byteSize(shape.elements());
    return new Tensor(
        name, TensorType.F32, shape, MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]));
  }
}
