package puna.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Where tensors live, and the dozen things that a Llama does with them. The one interface the
/// model sees.
///
/// Handles belong to the back end that made them and are released when it closes. One thread at a
/// time may compute.
public interface Backend extends AutoCloseable {
  /// A line for people: the device and how it is used.
  String description();

  /// What computes, such as the kernel tier `x64`.
  String tier();

  /// How matrices of a type are multiplied.
  KernelChoice kernel(TensorType type);

  /// Faster ways of this back end that are not used, and why.
  List<Absence> absences();

  /// Whether matrices of this type are used as the file has them: from memory that the file is
  /// mapped to, where it is.
  boolean keepsFileLayout(TensorType type);

  /// What would be taken by a back end like this one; closed by whoever asked, before this one.
  BackendPlan plan();

  /// Takes a weight matrix in, packed as this back end likes it.
  ///
  /// @param weight (columns × rows), any type with a decoder
  /// @param scale that its product is multiplied by, before the bias is added
  /// @param bias (rows) in a floating-point type, or null for none
  Matrix load(Tensor weight, float scale, @Nullable Tensor bias);

  /// Takes a weight matrix in as the file has it, wherever it lies in memory: from a mapped file
  /// nothing is copied, and the system keeps of it what is used and it has room for. One that lies
  /// nowhere in memory is packed.
  Matrix loadInPlace(Tensor weight, float scale, @Nullable Tensor bias);

  /// Whether the system can be asked for a matrix before it is used: it stays in a mapped file, and
  /// this back end knows how to ask.
  boolean asksAhead(Matrix matrix);

  /// Asks the system for a matrix that stays in a mapped file, and returns at once.
  void askFor(Matrix matrix);

  /// @param gains (width) in a floating-point type
  NormWeight loadNorm(Tensor gains);

  Activations activations(int capacity, int width);

  /// A cache whose memory grows with the blocks that are used. A step that needs more than the
  /// device has fails with an `OutOfMemoryError`, and the cache keeps what it holds.
  KvCache kvCache(KvShape shape);

  /// `out[t] ← row tokens[t] of the embedding`.
  void embed(Activations out, Matrix embedding, Batch batch);

  /// `out ← x / sqrt(mean(x²) + epsilon) ⊙ gains`, token by token; `out` may be `x`.
  void rmsNorm(Activations out, Activations x, NormWeight gains, float epsilon);

  /// All products of the same input in one dispatch.
  void project(Activations x, Projection... products);

  /// Rotates every head of `x` by its token's position, interleaved pairs.
  void rope(Activations x, RopeTable table, Batch batch);

  /// Divides every head of `x` by `sqrt(mean(head²) + epsilon)`.
  void normalizeHeads(Activations x, int headSize, float epsilon);

  /// Multiplies each token of `x` by what `temperature` says of its position.
  void temper(Activations x, AttentionTemperature temperature, Batch batch);

  /// Stores the step's keys and values, (tokens × kvHeads·headSize) each, at their positions.
  void append(KvLayer layer, Activations keys, Activations values, Batch batch);

  /// Attention of each token to its own sequence, softmax in float32, scale `1/√headSize`.
  ///
  /// @param out (tokens × heads·headSize)
  /// @param queries (tokens × heads·headSize); consecutive heads share one KV head
  /// @param visibility which positions of its sequence a token sees; all of them are stored
  void attend(
      Activations out, Activations queries, KvLayer layer, Batch batch, Visibility visibility);

  /// `gate ← silu(gate) ⊙ up`.
  void swiglu(Activations gate, Activations up);

  /// `x ← x + delta`.
  void add(Activations x, Activations delta);

  /// `out[i] ← x[subset.token(i)]`; sets `out`'s tokens. `out` may be `x`.
  void gather(Activations out, Activations x, Batch.Subset subset);

  /// Chooses the experts of each token by the router's logits, (tokens × experts).
  void route(Routing routing, Activations logits);

  /// `out[i] ← group.before(i) · x[group.token(i)]`; sets `out`'s tokens, which one expert's
  /// products then take as any others.
  void gather(Activations out, Activations x, Routing.Group group);

  /// `x[group.token(i)] ← x[group.token(i)] + group.after(i) · delta[i]`.
  void scatter(Activations x, Activations delta, Routing.Group group);

  /// Copies one token's values to `target`, which has `width` room.
  void read(Activations x, int token, float[] target);

  /// Runs `work` for the items `0 … items−1`, in any order, on the threads that compute, and
  /// returns when all are done. What happens between two steps is for them too: nothing else runs
  /// then.
  void forEach(int items, ParallelWork work);

  /// The most workers of [#forEach].
  int workers();

  @Override
  void close();
}
