package puna.checkpoint.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.meta.MetaTwin.Matrix;
import puna.error.ModelFormatException;
import puna.model.MixtureFixtures;

/// Checkpoints of Llama 4 that lack something, or hold what does not fit.
class MetaLlama4Test {
  @TempDir private Path temp;
  private Checkpoint model;

  @BeforeEach
  void opens() throws IOException {
    model = MixtureFixtures.open("maverick-like", temp);
  }

  @AfterEach
  void closes() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tok_embeddings.weight",
        "layers.0.attention.wqkv.layer_norm_weight",
        "layers.0.attention.wqkv.weight",
        "layers.7.attention.wo.weight",
        "layers.0.feed_forward.mlp.layer_norm_weight",
        "layers.2.feed_forward.mlp.fc1_weight",
        "layers.0.feed_forward.mlp.fc2_weight",
        "layers.1.feed_forward.norm.weight",
        "layers.1.feed_forward.router_DE",
        "layers.1.feed_forward.experts.moe_w_in_eD_F",
        "layers.3.feed_forward.experts.moe_w_swiglu_eD_F",
        "layers.3.feed_forward.experts.moe_w_out_eF_D",
        "layers.1.feed_forward.w_in_shared_FD.weight",
        "layers.1.feed_forward.w_swiglu_FD.weight",
        "layers.1.feed_forward.w_out_shared_DF.weight",
        "norm.weight"
      })
  void namesATensorThatIsMissing(String name) {
    refuses(
        1,
        twin -> assertThat(twin.part(0).remove(name)).isNotNull(),
        "consolidated.00.pth: data.pkl: tensor "
            + name
            + ": is required by the 8 layers of"
            + " params.json, found none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layers.0.attention.wqkv.weight | 96 | 64 | must be a part of 64 × 128 (columns × rows) cut"
            + " into 1 by params.json, found 64 × 96",
        "layers.0.attention.wqkv.weight | 64 | 64 | found 64 × 64: that is one of 2 parts,"
            + " consolidated.01.pth is missing",
        "layers.2.feed_forward.mlp.fc1_weight | 161 | 64 | must be a part of 64 × 160",
        "layers.0.feed_forward.mlp.fc1_weight | 1 | 64 | must be a part of 64 × 2",
        "layers.1.feed_forward.router_DE | 4 | 64 | must be a part of 4 × 64 (columns × rows) cut"
            + " into 1 by params.json, found 64 × 4",
        "layers.1.feed_forward.experts.moe_w_in_eD_F | 255 | 32 | must have 32 × 64 elements"
            + " (columns × rows) for each of 4 experts, found 32 × 255",
        "layers.1.feed_forward.experts.moe_w_swiglu_eD_F | 256 | 16 | must have 32 × 64 elements",
        "layers.1.feed_forward.experts.moe_w_out_eF_D | 256 | 32 | must have 64 × 32 elements"
            + " (columns × rows) for each of 4 experts, found 32 × 256",
        "layers.3.feed_forward.w_in_shared_FD.weight | 80 | 64 | must be a part of 64 × 32",
        "layers.1.feed_forward.norm.weight | 1 | 63 | must be a part of 64 (columns × rows)"
      })
  void namesATensorOfAnotherShape(String name, int rows, int columns, String finding) {
    refuses(
        1,
        twin -> twin.part(0).put(name, new Matrix(new float[rows * columns], rows, columns)),
        "tensor " + name + ": must ",
        finding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_experts\": 4 | \"num_experts\": 0 | params.json: moe_args.num_experts: must be an"
            + " integer of 1 to 4096, found 0",
        "\"num_experts\": 4, | '' | params.json: moe_args.num_experts: is required and absent",
        "\"num_experts\": 4 | \"num_experts\": 3 | tensor layers.1.feed_forward.router_DE: must be",
        "\"top_k\": 1 | \"top_k\": 5 | params.json: moe_args.top_k: must be an integer of 1 to 4",
        "\"moe_args\": { | \"moe_args\": 7, \"x\": { | params.json: moe_args: must be an object",
        "\"nope_layer_interval\": 4 | \"nope_layer_interval\": 0 | nope_layer_interval: must be an",
        "\"attention_chunk_size\": 16 | \"attention_chunk_size\": \"16\" | must be a number",
        "\"use_qk_norm\": false | \"use_qk_norm\": 1 | use_qk_norm: must be true or false",
        "\"floor_scale\": 8 | \"floor_scale\": 8.5 | floor_scale: must be an integer of 1 to",
        "\"interleave_moe_layer_step\": 2 | \"interleave_moe_layer_step\": 1 | tensor"
            + " layers.0.feed_forward.norm.weight: is required by",
        "\"n_layers\": 8 | \"n_layers\": 7 | every tensor must be Llama 4's for the layers of"
            + " params.json, found layers.7.attention.wqkv.layer_norm_weight"
      })
  void refusesParametersNamingTheKey(String from, String to, String finding) {
    refuses(1, twin -> twin.withParams(from, to), finding);
  }

  @Test
  void refusesTensorsThatNothingReads() {
    Matrix matrix = new Matrix(new float[64], 1, 64);
    refuses(
        2,
        twin -> twin.part(0).put("layers.0.attention.sinks", matrix),
        "consolidated.00.pth: data.pkl: every tensor must be Llama 4's for the layers of"
            + " params.json, found layers.0.attention.sinks");
    refuses(
        2,
        twin -> twin.part(1).put("layers.1.feed_forward.bias", matrix),
        "consolidated.01.pth: data.pkl: every tensor must be in every part, found"
            + " layers.1.feed_forward.bias");
  }

  @Test
  void refusesPartsThatContradictEachOther() {
    String name = "layers.1.feed_forward.experts.moe_w_out_eF_D";
    refuses(
        2,
        twin -> {
          Matrix cut = Objects.requireNonNull(twin.part(1).get(name));
          twin.part(1).put(name, cut.rows(0, cut.rows() / 2));
        },
        "consolidated.01.pth: data.pkl: tensor %s: must be F32 of 64 × 64 as in".formatted(name));
  }

  @Test
  void refusesHeadsOfAnotherSize() {
    refuses(
        2,
        twin -> twin.withParams("\"n_heads\": 4", "\"n_heads\": 4, \"head_dim\": 18"),
        "tensor layers.0.attention.wqkv.weight: must be a part of 64 × 144");
  }

  @Test
  void matricesOfTheirOwnAreReadToo() throws IOException {
    MetaTwin twin = new MetaTwin(model, 1);
    Matrix fused = Objects.requireNonNull(twin.part(0).remove("layers.0.attention.wqkv.weight"));
    twin.part(0).put("layers.0.attention.wq.weight", fused.rows(0, 64));
    twin.part(0).put("layers.0.attention.wk.weight", fused.rows(64, 32));
    twin.part(0).put("layers.0.attention.wv.weight", fused.rows(96, 32));
    Matrix norm = twin.part(0).remove("layers.0.attention.wqkv.layer_norm_weight");
    twin.part(0).put("layers.0.attention_norm.weight", Objects.requireNonNull(norm));
    Matrix both =
        Objects.requireNonNull(twin.part(0).remove("layers.0.feed_forward.mlp.fc1_weight"));
    twin.part(0).put("layers.0.feed_forward.w1.weight", both.rows(0, 80));
    twin.part(0).put("layers.0.feed_forward.w3.weight", both.rows(80, 80));
    Matrix down = twin.part(0).remove("layers.0.feed_forward.mlp.fc2_weight");
    twin.part(0).put("layers.0.feed_forward.w2.weight", Objects.requireNonNull(down));
    twin.write(temp.resolve("meta"));
    try (Checkpoint found = MetaCheckpoint.open(temp.resolve("meta"))) {
      assertThat(found.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(model.tensors().keySet());
    }
  }

  private void refuses(int parts, Consumer<MetaTwin> change, String... findings) {
    Path folder = temp.resolve("meta");
    MetaTwin twin = new MetaTwin(model, parts);
    change.accept(twin);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> {
          twin.write(folder);
          MetaCheckpoint.open(folder).close();
        })
        .withMessageContainingAll(findings);
  }
}
