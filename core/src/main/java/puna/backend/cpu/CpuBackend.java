package puna.backend.cpu;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.backend.Absence;
import puna.backend.Activations;
import puna.backend.AttentionTemperature;
import puna.backend.Backend;
import puna.backend.BackendPlan;
import puna.backend.Batch;
import puna.backend.BatchInvariance;
import puna.backend.KernelChoice;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;
import puna.backend.Matrix;
import puna.backend.NormWeight;
import puna.backend.ParallelWork;
import puna.backend.Projection;
import puna.backend.RopeTable;
import puna.backend.Routing;
import puna.backend.Visibility;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// The CPU as a back end: workers, packed matrices, and the fastest kernels that this machine and
/// JVM offer.
public final class CpuBackend implements Backend {
  private static final System.Logger LOG = System.getLogger(CpuBackend.class.getName());

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private static final ParallelWork NOTHING = (item, worker) -> {};

  private final Arena arena = Arena.ofShared();
  private final SegmentAllocator memory; // of `arena`
  private final List<CpuKvCache> caches = new ArrayList<>();
  private final WorkerPool pool;
  private final Tiers tiers;
  private final KernelTable table;
  private final BatchInvariance invariance;
  private final ElementLoops elements;
  private final HeadLoops heads;
  private final MatrixLoader loader;
  private final TokenRows rows = new TokenRows();
  private final AttentionLoops attention;
  private final MatrixDispatch dispatch;
  private final GrowingMemory rotationMemory;
  private FloatKernels.Rotation rotation = FloatKernels.Rotation.none();
  private @Nullable Batch rotated;
  private long rotatedEdition;
  private @Nullable RopeTable rotatedBy;
  private final WorkerPool.Task doGiven; // made once, so that steps allocate nothing
  private ParallelWork given = NOTHING;
  private boolean closed;

  /// @param threads all threads that compute; 0 for one a core
  /// @param tier the fastest tier allowed; empty for all
  public CpuBackend(int threads, Optional<String> tier) {
    this(threads, tier, BatchInvariance.OFF);
  }

  /// @param invariance whether a token's results are the same whatever else is in its step
  public CpuBackend(int threads, Optional<String> tier, BatchInvariance invariance) {
    this(requireThreads(threads), Tiers.detect(tier), invariance);
    if (tier.isEmpty() && tier().equals(Tiers.SCALAR)) {
      warnOnce();
    }
  }

  /// @param tiers closed with this back end
  CpuBackend(int threads, Tiers tiers, BatchInvariance invariance) {
    this.tiers = tiers;
    this.invariance = invariance;
    KernelProvider fastest = tiers.available().getFirst();
    this.memory = fastest.weightMemory(arena);
    try {
      this.table = new KernelTable(tiers.available());
      int all = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
      this.pool = new WorkerPool(all, fastest::weightMemory);
    } catch (RuntimeException | Error e) {
      // such as a system that gives no more threads: who gets no back end cannot close it
      arena.close();
      tiers.close();
      throw e;
    }
    this.doGiven = (item, scratch) -> given.run(item, scratch.worker());
    this.loader = new MatrixLoader(table, memory, pool);
    this.elements = new ElementLoops(pool, table.floatKernels());
    this.heads = new HeadLoops(pool);
    this.attention = new AttentionLoops(pool, table.floatKernels(), invariance);
    this.dispatch = new MatrixDispatch(pool, invariance, fastest::weightMemory);
    this.rotationMemory = new GrowingMemory(fastest::weightMemory);
  }

  private static int requireThreads(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 or more, found " + threads);
    }
    return threads;
  }

  /// Once a process: whoever opens many models has heard it.
  private void warnOnce() {
    if (WARNED.compareAndSet(false, true)) {
      String reasons =
          tiers.absences().stream()
              .map(absence -> "without %s, %s".formatted(absence.name(), absence.reason()))
              .collect(Collectors.joining("; "));
      LOG.log(
          Level.WARNING, "Puna runs on its scalar tier and is much slower for it: {0}", reasons);
    }
  }

  @Override
  public String description() {
    KernelProvider fastest = tiers.available().getFirst();
    return "CPU, %s threads, %s tier (%s)"
        .formatted(pool.threads(), fastest.tier(), fastest.description());
  }

  public KernelTable kernelTable() {
    return table;
  }

  @Override
  public KernelChoice kernel(TensorType type) {
    return table.row(type);
  }

  @Override
  public List<Absence> absences() {
    return tiers.absences();
  }

  @Override
  public boolean keepsFileLayout(TensorType type) {
    return table.kernelFor(type).map(MatrixKernel::keepsFileLayout).orElse(false);
  }

  @Override
  public String tier() {
    return tiers.available().getFirst().tier();
  }

  public int threads() {
    return pool.threads();
  }

  /// Where packed weights are laid: in huge pages, where the fastest tier has them. Used by one
  /// thread at a time.
  ///
  /// @param lifetime of what is allocated
  public SegmentAllocator weightMemory(Arena lifetime) {
    return tiers.available().getFirst().weightMemory(lifetime);
  }

  @Override
  public BackendPlan plan() {
    return new CpuBackendPlan(this, invariance);
  }

  @Override
  public Matrix load(Tensor weight, float scale, @Nullable Tensor bias) {
    return loader.load(weight, scale, bias);
  }

  @Override
  public Matrix loadInPlace(Tensor weight, float scale, @Nullable Tensor bias) {
    return loader.loadInPlace(weight, scale, bias);
  }

  @Override
  public boolean asksAhead(Matrix matrix) {
    return tiers.available().getFirst().asksAhead() && ((CpuMatrix) matrix).isMapped();
  }

  @Override
  public void askFor(Matrix matrix) {
    tiers.available().getFirst().askFor(((CpuMatrix) matrix).packed().data());
  }

  MatrixLoader loader() {
    return loader;
  }

  @Override
  public NormWeight loadNorm(Tensor gains) {
    return new CpuNormWeight(loader.floats(gains));
  }

  @Override
  public Activations activations(int capacity, int width) {
    return new FloatMatrix(memory, capacity, width);
  }

  @Override
  public KvCache kvCache(KvShape shape) {
    CpuKvCache cache = new CpuKvCache(shape, tiers.available().getFirst());
    caches.add(cache);
    return cache;
  }

  @Override
  public void embed(Activations out, Matrix embedding, Batch batch) {
    FloatMatrix target = (FloatMatrix) out;
    CpuMatrix matrix = (CpuMatrix) embedding;
    target.resize(batch.size());
    for (int token = 0; token < batch.size(); token++) {
      matrix.kernel().decodeRow(matrix.packed(), batch.token(token), target, token, pool.scratch());
    }
  }

  @Override
  public void rmsNorm(Activations out, Activations x, NormWeight gains, float epsilon) {
    out.resize(x.tokens());
    elements.rmsNorm((FloatMatrix) out, (FloatMatrix) x, ((CpuNormWeight) gains).norm(epsilon));
  }

  @Override
  public void project(Activations x, Projection... products) {
    dispatch.run((FloatMatrix) x, products);
  }

  @Override
  public void rope(Activations x, RopeTable rope, Batch batch) {
    fillRotation(rope, batch);
    elements.rope((FloatMatrix) x, rope.headSize(), rotation);
  }

  @Override
  public void normalizeHeads(Activations x, int headSize, float epsilon) {
    heads.normalize((FloatMatrix) x, headSize, epsilon);
  }

  @Override
  public void temper(Activations x, AttentionTemperature temperature, Batch batch) {
    heads.temper((FloatMatrix) x, temperature, batch);
  }

  /// Once a step: all layers turn by the same angles.
  @SuppressWarnings("ReferenceEquality")
  private void fillRotation(RopeTable rope, Batch batch) {
    if (rotated == batch && rotatedEdition == batch.edition() && rotatedBy == rope) {
      return;
    }
    rotated = batch;
    rotatedEdition = batch.edition();
    rotatedBy = rope;
    int half = rope.headSize() / 2;
    long needed = 4L * batch.size() * half;
    if (rotation.cosines().byteSize() < needed) {
      rotation = rotation(needed);
    }
    for (int token = 0; token < batch.size(); token++) {
      rope.fill(batch.position(token), rotation.cosines(), rotation.sines(), token * half);
    }
  }

  /// @param needed bytes of the cosines, and of the sines
  private FloatKernels.Rotation rotation(long needed) {
    MemorySegment both = rotationMemory.atLeast(2 * (needed + FloatMatrix.ALIGNMENT));
    long half = both.byteSize() / 2 & -FloatMatrix.ALIGNMENT;
    return new FloatKernels.Rotation(both.asSlice(0, half), both.asSlice(half, half));
  }

  @Override
  public void append(KvLayer layer, Activations keys, Activations values, Batch batch) {
    attention.store((CpuKvCache.Layer) layer, (FloatMatrix) keys, (FloatMatrix) values, batch);
  }

  @Override
  public void attend(
      Activations out, Activations queries, KvLayer layer, Batch batch, Visibility visibility) {
    out.resize(queries.tokens());
    CpuKvCache.Layer cache = (CpuKvCache.Layer) layer;
    attention.attend(cache.call((FloatMatrix) out, (FloatMatrix) queries, visibility), batch);
  }

  @Override
  public void swiglu(Activations gate, Activations up) {
    elements.swiglu((FloatMatrix) gate, (FloatMatrix) up);
  }

  @Override
  public void add(Activations x, Activations delta) {
    elements.add((FloatMatrix) x, (FloatMatrix) delta);
  }

  @Override
  public void gather(Activations out, Activations x, Batch.Subset subset) {
    TokenRows.gather((FloatMatrix) out, (FloatMatrix) x, subset);
  }

  @Override
  public void route(Routing routing, Activations logits) {
    rows.route(routing, (FloatMatrix) logits);
  }

  @Override
  public void gather(Activations out, Activations x, Routing.Group group) {
    TokenRows.gather((FloatMatrix) out, (FloatMatrix) x, group);
  }

  @Override
  public void scatter(Activations x, Activations delta, Routing.Group group) {
    TokenRows.scatter((FloatMatrix) x, (FloatMatrix) delta, group);
  }

  @Override
  public void read(Activations x, int token, float[] target) {
    FloatMatrix source = (FloatMatrix) x;
    MemorySegment.copy(
        source.data(), ValueLayout.JAVA_FLOAT, source.offset(token), target, 0, source.width());
  }

  @Override
  public void forEach(int items, ParallelWork work) {
    given = work;
    pool.run(items, doGiven);
    given = NOTHING;
  }

  @Override
  public int workers() {
    return pool.threads();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    pool.close();
    caches.forEach(CpuKvCache::close);
    dispatch.close();
    rotationMemory.close();
    arena.close();
    tiers.close();
  }
}
