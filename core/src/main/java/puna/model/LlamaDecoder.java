package puna.model;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import puna.backend.Activations;
import puna.backend.Backend;
import puna.backend.Batch;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;
import puna.backend.ParallelWork;
import puna.backend.Projection;

/// The forward pass of a Llama: prefill and decode, 1…n tokens from any sequences. The second half
/// of a layer is a `GatedUnit` where it is dense, a `MixtureFeedForward` where it has experts.
final class LlamaDecoder implements Decoder {
  private final LlamaConfig config;
  private final LlamaWeights weights;
  private final Backend backend;
  private final KvCache cache;
  private final int maxBatch;
  private final int maxOutputs;
  private final List<Layer> layers;
  private final Projection[] toLogits;

  private final Activations x; // (tokens × width): the residual stream
  private final Activations hidden; // (tokens × width): normalized, or on its way back into x
  private final Activations queries; // (tokens × heads·headSize)
  private final Activations keys; // (tokens × kvHeads·headSize)
  private final Activations values; // (tokens × kvHeads·headSize)
  private final Activations mixed; // (tokens × heads·headSize): what attention brings
  private final Activations logits; // (outputs × vocabulary)
  private final Batch wanted; // the step's tokens of which anything is wanted

  LlamaDecoder(LlamaModel model, KvShape shape, int maxBatch, int maxOutputs) {
    this.config = model.config();
    this.weights = model.weights();
    this.backend = model.backend();
    this.maxBatch = maxBatch;
    this.maxOutputs = maxOutputs;
    this.x = backend.activations(maxBatch, config.width());
    this.hidden = backend.activations(maxBatch, config.width());
    this.queries = backend.activations(maxBatch, config.queryWidth());
    this.keys = backend.activations(maxBatch, config.kvWidth());
    this.values = backend.activations(maxBatch, config.kvWidth());
    this.mixed = backend.activations(maxBatch, config.queryWidth());
    this.logits = backend.activations(maxOutputs, config.vocabulary());
    this.wanted = new Batch(maxBatch);
    FeedForwardBuilder feedForwards = new FeedForwardBuilder(config, backend, maxBatch, hidden);
    this.layers =
        IntStream.range(0, config.layers())
            .mapToObj(i -> new Layer(model.plans().get(i), weights.layers().get(i), feedForwards))
            .toList();
    this.toLogits = new Projection[] {weights.output().exactlyInto(logits)};
    this.cache = backend.kvCache(shape);
  }

  /// A layer's plan and weights, and where its products go, made once so that steps allocate
  /// nothing.
  private final class Layer {
    private final LayerPlan plan;
    private final LlamaWeights.Layer weights;
    private final Projection[] attentionInputs;
    private final Projection[] keysAndValues;
    private final Projection[] queriesAlone;
    private final Projection[] attentionOutput;
    private final FeedForward feedForward;

    Layer(LayerPlan plan, LlamaWeights.Layer weights, FeedForwardBuilder feedForwards) {
      this.plan = plan;
      this.weights = weights;
      this.attentionInputs =
          new Projection[] {
            weights.query().into(queries), weights.key().into(keys), weights.value().into(values)
          };
      this.keysAndValues = new Projection[] {attentionInputs[1], attentionInputs[2]};
      this.queriesAlone = new Projection[] {attentionInputs[0]};
      this.attentionOutput = new Projection[] {weights.attentionOutput().into(hidden)};
      this.feedForward = feedForwards.of(weights.feedForward());
    }
  }

  @Override
  public boolean forward(Batch batch, BooleanSupplier isWanted) {
    backend.embed(x, weights.embedding(), batch);
    // x ← x + Attention(RMSNorm(x));  x ← x + FFN(RMSNorm(x))
    int last = config.layers() - 1;
    for (int i = 0; i < last; i++) {
      if (!isWanted.getAsBoolean()) {
        return false;
      }
      attention(layers.get(i), cache.layer(i), batch);
      askAhead(layers.get(i + 1));
      feedForward(layers.get(i));
    }
    wanted.takeWanted(batch);
    if (wanted.size() == batch.size()) {
      attention(layers.get(last), cache.layer(last), batch);
    } else {
      attentionOfWanted(layers.get(last), cache.layer(last), batch);
    }
    if (wanted.size() > 0) {
      feedForward(layers.get(last));
      backend.rmsNorm(hidden, x, weights.outputNorm(), config.normEpsilon());
      projectOutputs();
    }
    return true;
  }

  /// The logits that are wanted; the hidden states stay where they are.
  private void projectOutputs() {
    if (wanted.outputCount() == wanted.size()) {
      backend.project(hidden, toLogits);
    } else if (wanted.outputCount() > 0) {
      backend.gather(x, hidden, wanted.outputs());
      backend.project(x, toLogits);
    }
  }

  private void attention(Layer layer, KvLayer kv, Batch batch) {
    store(layer, layer.attentionInputs, kv, batch);
    attend(layer, kv, batch);
  }

  /// Attention of the last layer. What follows it is computed for the wanted tokens alone, but
  /// later tokens will see the keys and values of all; from here on, the activations are those of
  /// the wanted.
  private void attentionOfWanted(Layer layer, KvLayer kv, Batch batch) {
    store(layer, layer.keysAndValues, kv, batch);
    if (wanted.size() > 0) {
      backend.gather(x, x, batch.wanted());
      backend.gather(hidden, hidden, batch.wanted());
      backend.project(hidden, layer.queriesAlone);
      attend(layer, kv, wanted);
    }
  }

  /// @param products of the normalized input, among them keys and values
  private void store(Layer layer, Projection[] products, KvLayer kv, Batch batch) {
    backend.rmsNorm(hidden, x, layer.weights.attentionNorm(), config.normEpsilon());
    backend.project(hidden, products);
    turn(layer, keys, batch);
    backend.append(kv, keys, values, batch);
  }

  private void attend(Layer layer, KvLayer kv, Batch batch) {
    turn(layer, queries, batch);
    if (layer.plan.temperature().isPresent()) {
      backend.temper(queries, layer.plan.temperature().get(), batch);
    }
    backend.attend(mixed, queries, kv, batch, layer.plan.visibility());
    backend.project(mixed, layer.attentionOutput);
    backend.add(x, hidden);
  }

  /// By their positions; then heads may be normalized.
  private void turn(Layer layer, Activations heads, Batch batch) {
    if (layer.plan.rope().isPresent()) {
      backend.rope(heads, layer.plan.rope().get(), batch);
    }
    if (layer.plan.headNorm() == HeadNorm.RMS) {
      backend.normalizeHeads(heads, config.headSize(), config.normEpsilon());
    }
  }

  /// Asks for the weights that the next layer will want, where they are not in memory: `hidden` is
  /// free between two halves of a layer.
  private void askAhead(Layer next) {
    if (next.feedForward.asksAhead()) {
      backend.rmsNorm(hidden, x, next.weights.feedForwardNorm(), config.normEpsilon());
      next.feedForward.askAhead(hidden);
    }
  }

  private void feedForward(Layer layer) {
    backend.rmsNorm(hidden, x, layer.weights.feedForwardNorm(), config.normEpsilon());
    layer.feedForward.add(x, hidden);
  }

  @Override
  public void readLogits(int output, float[] target) {
    backend.read(logits, output, target);
  }

  @Override
  public void readState(int state, float[] target) {
    backend.read(hidden, wanted.states().token(state), target);
  }

  @Override
  public void forEach(int items, ParallelWork work) {
    backend.forEach(items, work);
  }

  @Override
  public int workers() {
    return backend.workers();
  }

  @Override
  public LlamaConfig config() {
    return config;
  }

  @Override
  public KvShape kvShape() {
    return cache.shape();
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public int maxOutputs() {
    return maxOutputs;
  }

  @Override
  public void readBlock(int block, MemorySegment target) {
    cache.readBlock(block, target);
  }

  @Override
  public void writeBlock(int block, MemorySegment source) {
    cache.writeBlock(block, source);
  }

  @Override
  public void dropNear(int block) {
    cache.dropNear(block);
  }

  @Override
  public void close() {
    cache.close();
  }
}
