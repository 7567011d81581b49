package puna.x64.panel;

import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;

/// Activations as they are, float32: there is nothing to prepare.
public final class PlainLayout implements PanelLayout {
  @Override
  public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    PlainPanel panel = reusable instanceof PlainPanel plain ? plain : new PlainPanel(x);
    panel.activations = x;
    return panel;
  }

  @Override
  public int pieces(FloatMatrix x) {
    return 0;
  }

  @Override
  public void prepare(FloatMatrix x, Panel panel, int piece) {}

  private static final class PlainPanel implements TokenPanel {
    private FloatMatrix activations;

    PlainPanel(FloatMatrix activations) {
      this.activations = activations;
    }

    @Override
    public int tokens() {
      return activations.tokens();
    }

    @Override
    public int columns() {
      return activations.width();
    }

    @Override
    public long address() {
      return activations.data().address();
    }

    @Override
    public long tokenBytes() {
      return activations.offset(1);
    }
  }
}
