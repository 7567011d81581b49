package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import puna.backend.Absence;
import puna.backend.Activations;
import puna.backend.AttentionTemperature;
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
import puna.backend.Projection.Precision;
import puna.backend.RopeTable;
import puna.backend.Routing;
import puna.backend.Visibility;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// What a `CpuBackend` would take. Sizes are those that the same kernels and layouts ask for: they
/// are given no memory, and what they asked for is added up.
final class CpuBackendPlan implements BackendPlan {
  private final CpuBackend backend;
  private final BatchInvariance invariance;
  private final Tally weights = new Tally();
  private final Tally activations = new Tally();
  private final Set<Product> products = new LinkedHashSet<>();
  private final Map<Product, Integer> mostExact = new HashMap<>(); // tokens of exact products
  private final List<FloatMatrix> made = new ArrayList<>();
  private final List<KvShape> caches = new ArrayList<>();
  private long mapped; // bytes that stay in a mapped file
  private long packing; // bytes that workers hold while a matrix is packed

  /// Adds up what is asked for, and gives nothing.
  private static final class Tally implements SegmentAllocator {
    private long bytes;

    @Override
    public MemorySegment allocate(long size, long alignment) {
      bytes = Math.addExact(bytes, Math.ceilDiv(size, alignment) * alignment);
      return MemorySegment.NULL;
    }
  }

  /// Products that are prepared alike.
  private record Product(MatrixKernel kernel, int columns) {}

  /// A matrix that holds nothing.
  private final class PlannedMatrix implements Matrix {
    private final int rows;
    private final Product product;

    PlannedMatrix(int rows, Product product) {
      this.rows = rows;
      this.product = product;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int columns() {
      return product.columns();
    }

    @Override
    public Projection exactlyInto(Activations out) {
      mostExact.merge(product, out.capacity(), Math::max);
      return Matrix.super.exactlyInto(out);
    }
  }

  /// A panel: layouts that are to be shared are the same object.
  private record PanelOf(PanelLayout layout, int columns) {}

  CpuBackendPlan(CpuBackend backend, BatchInvariance invariance) {
    this.backend = backend;
    this.invariance = invariance;
  }

  @Override
  public Matrix load(Tensor weight, float scale, @Nullable Tensor bias) {
    return load(weight, backend.loader().requireKernel(weight), bias);
  }

  @Override
  public Matrix loadInPlace(Tensor weight, float scale, @Nullable Tensor bias) {
    return load(weight, backend.loader().kernelInPlace(weight), bias);
  }

  private Matrix load(Tensor weight, MatrixKernel kernel, @Nullable Tensor bias) {
    PackedMatrix packed = kernel.reserve(weight, weights);
    if (packed.data().isMapped()) {
      mapped = Math.addExact(mapped, weight.byteSize());
    }
    if (kernel instanceof RepackingKernel) {
      long each = RepackingKernel.scratchBytes(weight.byteSize());
      packing = Math.max(packing, backend.threads() * each);
    }
    if (weight.content().memory().isEmpty()) {
      long atOnce = (long) MatrixLoader.rowsPackedAtOnce(weight, kernel) * weight.rowBytes();
      long all = Math.min(weight.byteSize(), backend.threads() * atOnce);
      packing = Math.max(packing, all);
    }
    Product product = new Product(kernel, packed.columns());
    products.add(product);
    if (bias != null) {
      floats(bias);
    }
    return new PlannedMatrix(packed.rows(), product);
  }

  @Override
  public NormWeight loadNorm(Tensor gains) {
    return new CpuNormWeight(floats(gains));
  }

  private MemorySegment floats(Tensor tensor) {
    return weights.allocate(4 * tensor.shape().elements(), FloatMatrix.ALIGNMENT);
  }

  @Override
  public Activations activations(int capacity, int width) {
    FloatMatrix matrix = new FloatMatrix(activations, capacity, width);
    made.add(matrix);
    return matrix;
  }

  @Override
  public KvCache kvCache(KvShape shape) {
    caches.add(shape);
    return new PlannedCache(shape);
  }

  @Override
  public long weightBytes() {
    return weights.bytes;
  }

  @Override
  public long mappedBytes() {
    return mapped;
  }

  @Override
  public long activationBytes() {
    return activations.bytes;
  }

  @Override
  public long cacheBytes() {
    return caches.stream().mapToLong(KvShape::bytes).reduce(0, Math::addExact);
  }

  @Override
  public long scratchBytes() {
    Tally scratch = new Tally();
    int tokens = made.stream().mapToInt(FloatMatrix::capacity).max().orElse(0);
    panels(tokens).forEach((panel, most) -> addPanel(panel, most, tokens, scratch));
    return scratch.bytes + rotationBytes(tokens) + withRoom(packing);
  }

  /// The most tokens that each panel is prepared for.
  private Map<PanelOf, Integer> panels(int tokens) {
    Map<PanelOf, Integer> panels = new HashMap<>();
    for (Product product : products) {
      for (int count = 1; count <= tokens; count++) {
        Precision precision = Precision.FAST;
        panels.merge(panel(product, count, precision), count, Math::max);
        if (count <= mostExact.getOrDefault(product, 0)) {
          panels.merge(panel(product, count, Precision.EXACT), count, Math::max);
        }
      }
    }
    return panels;
  }

  private PanelOf panel(Product product, int tokens, Precision precision) {
    PanelLayout layout = product.kernel().panelLayout(tokens, invariance, precision);
    return new PanelOf(layout, product.columns());
  }

  private static void addPanel(PanelOf panel, int tokens, int capacity, Tally scratch) {
    FloatMatrix x = new FloatMatrix(new Tally(), capacity, panel.columns());
    x.resize(tokens);
    Panel _ = panel.layout().reserve(x, null, scratch);
  }

  /// Cosines and sines of a step.
  private long rotationBytes(int tokens) {
    int headSize = caches.stream().mapToInt(KvShape::headSize).max().orElse(0);
    return withRoom(2 * (4L * tokens * (headSize / 2) + FloatMatrix.ALIGNMENT));
  }

  /// As `GrowingMemory` takes it.
  private static long withRoom(long bytes) {
    return bytes + bytes / 2;
  }

  /// A cache that holds nothing.
  private record PlannedCache(KvShape shape) implements KvCache {
    @Override
    public KvLayer layer(int index) {
      throw nothing();
    }

    @Override
    public void readBlock(int block, MemorySegment target) {
      throw nothing();
    }

    @Override
    public void writeBlock(int block, MemorySegment source) {
      throw nothing();
    }

    @Override
    public void dropNear(int block) {
      throw nothing();
    }

    @Override
    public void close() {}
  }

  private static UnsupportedOperationException nothing() {
    return new UnsupportedOperationException("a plan computes nothing");
  }

  @Override
  public BackendPlan plan() {
    return new CpuBackendPlan(backend, invariance);
  }

  @Override
  public String description() {
    return backend.description();
  }

  @Override
  public String tier() {
    return backend.tier();
  }

  @Override
  public KernelChoice kernel(TensorType type) {
    return backend.kernel(type);
  }

  @Override
  public List<Absence> absences() {
    return backend.absences();
  }

  @Override
  public boolean keepsFileLayout(TensorType type) {
    return backend.keepsFileLayout(type);
  }

  @Override
  public boolean asksAhead(Matrix matrix) {
    return false;
  }

  @Override
  public void askFor(Matrix matrix) {
    throw nothing();
  }

  @Override
  public void forEach(int items, ParallelWork work) {
    throw nothing();
  }

  @Override
  public int workers() {
    throw nothing();
  }

  @Override
  public void embed(Activations out, Matrix embedding, Batch batch) {
    throw nothing();
  }

  @Override
  public void rmsNorm(Activations out, Activations x, NormWeight gains, float epsilon) {
    throw nothing();
  }

  @Override
  public void project(Activations x, Projection... projections) {
    throw nothing();
  }

  @Override
  public void rope(Activations x, RopeTable table, Batch batch) {
    throw nothing();
  }

  @Override
  public void normalizeHeads(Activations x, int headSize, float epsilon) {
    throw nothing();
  }

  @Override
  public void temper(Activations x, AttentionTemperature temperature, Batch batch) {
    throw nothing();
  }

  @Override
  public void append(KvLayer layer, Activations keys, Activations values, Batch batch) {
    throw nothing();
  }

  @Override
  public void attend(
      Activations out, Activations queries, KvLayer layer, Batch batch, Visibility visibility) {
    throw nothing();
  }

  @Override
  public void swiglu(Activations gate, Activations up) {
    throw nothing();
  }

  @Override
  public void add(Activations x, Activations delta) {
    throw nothing();
  }

  @Override
  public void gather(Activations out, Activations x, Batch.Subset subset) {
    throw nothing();
  }

  @Override
  public void route(Routing routing, Activations logits) {
    throw nothing();
  }

  @Override
  public void gather(Activations out, Activations x, Routing.Group group) {
    throw nothing();
  }

  @Override
  public void scatter(Activations x, Activations delta, Routing.Group group) {
    throw nothing();
  }

  @Override
  public void read(Activations x, int token, float[] target) {
    throw nothing();
  }

  @Override
  public void close() {}
}
