package puna.chat.template.python;

import java.util.Comparator;
import java.util.List;

/// Stable sorting by an order that may fail.
public final class Sorting {
  private Sorting() {}

  /// @throws TemplateException when two elements cannot be compared, or the order is none (NaN)
  public static <T> void sort(List<T> elements, Comparator<T> order) {
    try {
      elements.sort(order);
    } catch (IllegalArgumentException e) {
      // the sort noticed that the order contradicts itself
      throw new TemplateException("these values have no order");
    }
  }
}
