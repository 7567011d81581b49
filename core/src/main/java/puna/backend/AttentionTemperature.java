package puna.backend;

/// What queries are multiplied by, so that attention stays sharp far behind: `1 + scale · ln(1 +
/// ⌊(position + 1) / floor⌋)`, which is 1 at the first `floor − 1` positions. Source: Meta's
/// `llama-models`, `llama4/model.py`.
///
/// @param floor positions until the next step, at least 1
public record AttentionTemperature(int floor, double scale) {
  public AttentionTemperature {
    if (floor < 1 || !Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "a temperature must have a floor of at least 1 and a finite scale, found %s and %s"
              .formatted(floor, scale));
    }
  }

  /// The factor of the queries at `position`.
  public float at(int position) {
    double steps = Math.floorDiv(position + 1L, floor);
    return (float) (1 + scale * Math.log1p(steps));
  }
}
