package puna.model;

import puna.backend.Activations;
import puna.backend.Backend;
import puna.backend.Batch;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;

/// The forward pass of a dense Llama: prefill and decode, 1…n tokens from any sequences.
final class LlamaDecoder implements Decoder {
  private final LlamaConfig config;
  private final LlamaWeights weights;
  private final LlamaModel model;
  private final Backend backend;
  private final KvCache cache;
  private final int maxBatch;
  private final int maxOutputs;

  private final Activations x; // (tokens × width): the residual stream
  private final Activations hidden; // (tokens × width): normalized, or on its way back into x
  private final Activations queries; // (tokens × heads·headSize)
  private final Activations keys; // (tokens × kvHeads·headSize)
  private final Activations values; // (tokens × kvHeads·headSize)
  private final Activations mixed; // (tokens × heads·headSize): what attention brings
  private final Activations gate; // (tokens × feedForward)
  private final Activations up; // (tokens × feedForward)
  private final Activations last; // (outputs × width)
  private final Activations logits; // (outputs × vocabulary)

  LlamaDecoder(LlamaModel model, KvShape shape, int maxBatch, int maxOutputs) {
    this.model = model;
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
    this.gate = backend.activations(maxBatch, config.feedForward());
    this.up = backend.activations(maxBatch, config.feedForward());
    this.last = backend.activations(maxOutputs, config.width());
    this.logits = backend.activations(maxOutputs, config.vocabulary());
    this.cache = backend.kvCache(shape);
  }

  @Override
  public void forward(Batch batch) {
    backend.embed(x, weights.embedding(), batch);
    for (int i = 0;
        i < config.layers();
        i++) { // x ← x + Attention(RMSNorm(x));  x ← x + FFN(RMSNorm(x))
      attention(weights.layers().get(i), cache.layer(i), batch);
      feedForward(weights.layers().get(i));
    }
    if (batch.outputs().length > 0) {
      backend.gather(last, x, batch.outputs());
      backend.rmsNorm(last, last, weights.outputNorm(), config.normEpsilon());
      backend.project(last, weights.output().into(logits));
    }
  }

  private void attention(LlamaWeights.Layer layer, KvLayer kv, Batch batch) {
    backend.rmsNorm(hidden, x, layer.attentionNorm(), config.normEpsilon());
    backend.project(
        hidden, layer.query().into(queries), layer.key().into(keys), layer.value().into(values));
    backend.rope(queries, model.rope(), batch);
    backend.rope(keys, model.rope(), batch);
    backend.append(kv, keys, values, batch);
    backend.attend(mixed, queries, kv, batch, config.slidingWindow());
    backend.project(mixed, layer.attentionOutput().into(hidden));
    backend.add(x, hidden);
  }

  private void feedForward(LlamaWeights.Layer layer) {
    backend.rmsNorm(hidden, x, layer.feedForwardNorm(), config.normEpsilon());
    backend.project(hidden, layer.gate().into(gate), layer.up().into(up));
    backend.swiglu(gate, up);
    backend.project(gate, layer.down().into(hidden));
    backend.add(x, hidden);
  }

  @Override
  public void readLogits(int output, float[] target) {
    backend.read(logits, output, target);
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
  public void close() {
    cache.close();
  }
}
