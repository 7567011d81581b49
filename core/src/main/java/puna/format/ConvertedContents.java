package puna.format;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import puna.chat.format.ChatTemplates;
import puna.gguf.MetadataType;
import puna.quant.ConvertedTensor;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.token.Tokenizer;

/// A model whose matrices are converted to another type while they are read.
///
/// As llama.cpp does it, what turns the last state into logits keeps 6 bits where others get fewer:
/// errors there are errors of the answer. Vectors, matrices whose rows are no whole blocks of the
/// type, and routers, where an error chooses another expert, stay as they are.
public final class ConvertedContents implements ModelContents {
  private static final String OUTPUT = "output.weight";
  private static final String EMBEDDING = "token_embd.weight";
  private static final String ROUTER = ".ffn_gate_inp.weight";
  private static final double LEAST_OUTPUT_BITS = 6;

  private final ModelContents model;
  private final SequencedMap<String, Tensor> tensors;

  public ConvertedContents(ModelContents model, TensorType type) {
    this.model = model;
    String output = model.tensors().containsKey(OUTPUT) ? OUTPUT : EMBEDDING;
    SequencedMap<String, Tensor> converted = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, tensor) ->
            converted.put(name, converted(tensor, name.equals(output) ? forOutput(type) : type)));
    this.tensors = Collections.unmodifiableSequencedMap(converted);
  }

  private static TensorType forOutput(TensorType type) {
    double bits = 8.0 * type.blockBytes() / type.blockSize();
    return bits < LEAST_OUTPUT_BITS ? TensorType.Q6_K : type;
  }

  private static Tensor converted(Tensor tensor, TensorType type) {
    if (tensor.shape().rows() == 1
        || !tensor.name().endsWith(".weight")
        || tensor.name().endsWith(ROUTER)) {
      return tensor;
    }
    if (tensor.shape().columns() % type.blockSize() == 0) {
      return ConvertedTensor.of(tensor, type);
    }
    boolean takesSmallBlocks =
        type.blockSize() > TensorType.Q8_0.blockSize()
            && tensor.shape().columns() % TensorType.Q8_0.blockSize() == 0;
    return takesSmallBlocks ? ConvertedTensor.of(tensor, TensorType.Q8_0) : tensor;
  }

  @Override
  public String origin() {
    return model.origin();
  }

  @Override
  public List<Path> files() {
    return model.files();
  }

  @Override
  public Metadata metadata() {
    return model.metadata();
  }

  @Override
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  public Tokenizer tokenizer(ModelWarnings warnings) {
    return model.tokenizer(warnings);
  }

  @Override
  public ChatTemplates.Chosen chat(Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    return model.chat(tokenizer, clock, warnings);
  }

  @Override
  public Optional<Map<String, MetadataType>> storedTypes() {
    return model.storedTypes();
  }

  @Override
  public SequencedMap<String, Object> tokenizerKeys() {
    return model.tokenizerKeys();
  }

  @Override
  public void map() {
    model.map();
  }

  @Override
  public void requireUnchanged() {
    model.requireUnchanged();
  }

  @Override
  public void close() {
    model.close();
  }
}
