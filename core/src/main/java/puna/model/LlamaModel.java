package puna.model;

import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import puna.backend.Backend;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;

/// A Llama in memory: LLaMA 1, 2, 3, 3.1, 3.2, 3.3, 4 and models of the same architectures, Mixtral
/// among them. Immutable; decoders share it.
public final class LlamaModel {
  private final LlamaConfig config;
  private final LlamaWeights weights;
  private final List<LayerPlan> plans;
  private final Optional<RankHead> rankHead;
  private final Backend backend;

  /// One without a rank head.
  ///
  /// @param plans one for each layer
  LlamaModel(LlamaConfig config, LlamaWeights weights, List<LayerPlan> plans, Backend backend) {
    this(config, weights, plans, Optional.empty(), backend);
  }

  private LlamaModel(
      LlamaConfig config,
      LlamaWeights weights,
      List<LayerPlan> plans,
      Optional<RankHead> rankHead,
      Backend backend) {
    this.config = config;
    this.weights = weights;
    this.plans = plans;
    this.rankHead = rankHead;
    this.backend = backend;
  }

  /// Reads the configuration, checks it against the tensors and takes them into `backend`. The
  /// source must stay open as long as the back end.
  ///
  /// @param warnings is told what is odd in the file and yet of no harm
  /// @param loadedBytes is told the bytes taken in so far
  /// @throws puna.error.ModelFormatException when the file is no Llama that can run here
  public static LlamaModel load(
      TensorSource source, Backend backend, ModelWarnings warnings, LongConsumer loadedBytes) {
    return load(source, backend, ExpertPlace.PACKED, warnings, loadedBytes);
  }

  /// The same.
  ///
  /// @param experts where those of a mixture are
  public static LlamaModel load(
      TensorSource source,
      Backend backend,
      ExpertPlace experts,
      ModelWarnings warnings,
      LongConsumer loadedBytes) {
    TensorTally tally = new TensorTally(source);
    LlamaConfig config = LlamaConfigReader.read(tally);
    LlamaTensors tensors = LlamaTensors.find(tally, config);
    Optional<RankHead> rankHead = RankHead.find(tally, config.width());
    UnreadTensors.refuse(tally);
    new ForeignKeys(new LlamaKeys(tally.origin(), tally.metadata())).warn(warnings);
    LlamaWeights weights = LlamaWeights.load(tensors, backend, experts, loadedBytes);
    return new LlamaModel(config, weights, LayerPlan.of(config), rankHead, backend);
  }

  /// Whether a file of that metadata can be one that runs here: it is of one of the architectures.
  /// What its other keys and its tensors say is seen when it is loaded.
  public static boolean isOfFamily(Metadata metadata) {
    return metadata
        .stringIfAny("general.architecture")
        .filter(List.of(LlamaKeys.LLAMA, LlamaKeys.LLAMA_4)::contains)
        .isPresent();
  }

  /// The configuration alone, for tools that do not compute.
  public static LlamaConfig configOf(TensorSource source) {
    return LlamaConfigReader.read(new TensorTally(source));
  }

  public LlamaConfig config() {
    return config;
  }

  /// What makes a score of a hidden state, where the file has it.
  public Optional<RankHead> rankHead() {
    return rankHead;
  }

  /// The extents of a KV cache for this model.
  public KvShape kvShape(int blocks, int blockPositions, KvType type) {
    return kvShape(blocks, blockPositions, type, type);
  }

  /// The same, with a number format each for keys and for values.
  public KvShape kvShape(int blocks, int blockPositions, KvType keyType, KvType valueType) {
    return new KvShape(
        config.layers(),
        config.kvHeads(),
        config.headSize(),
        blocks,
        blockPositions,
        keyType,
        valueType);
  }

  /// The layers that see what is near alone, in a cache whose blocks all hold them; empty where
  /// every layer sees all.
  public Optional<NearLayers> nearLayers() {
    Optional<Visibility> near =
        plans.stream()
            .map(LayerPlan::visibility)
            .filter(visibility -> visibility.span() < Integer.MAX_VALUE)
            .findFirst();
    return near.map(visibility ->
        new NearLayers(
            IntStream.range(0, plans.size())
                .filter(layer -> plans.get(layer).visibility().equals(visibility))
                .boxed()
                .collect(Collectors.toSet()),
            visibility,
            Integer.MAX_VALUE));
  }

  /// A decoder with a KV cache and step buffers of its own.
  ///
  /// @param maxBatch the most tokens in one step
  /// @param maxOutputs the most tokens of one step whose logits are wanted
  public Decoder decoder(KvShape shape, int maxBatch, int maxOutputs) {
    return new LlamaDecoder(this, shape, maxBatch, maxOutputs);
  }

  LlamaWeights weights() {
    return weights;
  }

  /// What each layer does, in order.
  List<LayerPlan> plans() {
    return plans;
  }

  Backend backend() {
    return backend;
  }
}
