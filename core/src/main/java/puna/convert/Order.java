package puna.convert;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import puna.tensor.Tensor;

/// Tensors in the order of files: what follows from the configuration goes before what is stored.
final class Order {
  private static final String DIVISORS = "rope_freqs.weight";

  private Order() {}

  static List<Tensor> of(Collection<Tensor> tensors) {
    List<Tensor> ordered = new ArrayList<>(tensors);
    ordered.sort((one, other) -> Boolean.compare(isDivisors(other), isDivisors(one)));
    return ordered;
  }

  private static boolean isDivisors(Tensor tensor) {
    return tensor.name().equals(DIVISORS);
  }
}
