package puna.x64.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.x64.code.Routine;
import puna.x64.pack.PackedLayout;

/// Quantizes activations to `TokenPlanes`, a token a piece.
final class PlanesLayout implements PanelLayout {
  private static final long X = QuantizeTokens.ARGUMENTS.offset("x");
  private static final long UNITS = QuantizeTokens.ARGUMENTS.offset("units");
  private static final long OUT = QuantizeTokens.ARGUMENTS.offset("out");
  private static final long SCALARS = QuantizeTokens.ARGUMENTS.offset("scalars");
  private static final long BYTES = QuantizeTokens.ARGUMENTS.byteSize();

  private final Routine quantize;

  PlanesLayout(Routine quantize) {
    this.quantize = quantize;
  }

  @Override
  public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    checkWidth(x);
    PlanesPanel panel =
        reusable instanceof PlanesPanel old && old.hasRoomFor(x) ? old : new PlanesPanel(x, memory);
    panel.use(x);
    return panel;
  }

  /// Throws unless the activations are whole units.
  static void checkWidth(FloatMatrix x) {
    if (x.width() % PackedLayout.UNIT != 0) {
      throw new IllegalArgumentException(
          "activations of width %d do not fill units of %d columns"
              .formatted(x.width(), PackedLayout.UNIT));
    }
  }

  @Override
  public int pieces(FloatMatrix x) {
    return x.tokens();
  }

  @Override
  public void prepare(FloatMatrix x, Panel panel, int piece) {
    PlanesPanel planes = (PlanesPanel) panel;
    planes.checkPiece(x, piece);
    MemorySegment arguments = planes.arguments();
    long at = piece * BYTES;
    arguments.set(ValueLayout.JAVA_LONG, at + X, x.data().address() + x.offset(piece));
    arguments.set(ValueLayout.JAVA_LONG, at + UNITS, x.width() / PackedLayout.UNIT);
    long token = planes.address() + piece * planes.tokenBytes();
    arguments.set(ValueLayout.JAVA_LONG, at + OUT, token);
    arguments.set(ValueLayout.JAVA_LONG, at + SCALARS, token);
    quantize.call(arguments.address() + at);
  }
}
