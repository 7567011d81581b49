package puna.checkpoint.meta;

import java.util.List;
import puna.checkpoint.meta.PickleValue.Dictionary;
import puna.checkpoint.meta.PickleValue.Global;
import puna.checkpoint.meta.PickleValue.Int;
import puna.checkpoint.meta.PickleValue.Single;
import puna.checkpoint.meta.PickleValue.Storage;
import puna.checkpoint.meta.PickleValue.StoredTensor;
import puna.checkpoint.meta.PickleValue.Text;
import puna.checkpoint.meta.PickleValue.Tuple;

/// What the functions and classes that a checkpoint may name are here: records of their arguments.
final class TorchCalls {
  private static final int LARGEST_RANK = 4;

  private TorchCalls() {}

  /// What calling `function` makes.
  static PickleValue result(Global function, List<PickleValue> arguments, PickleInput input) {
    return switch (function) {
      case REBUILD_TENSOR -> tensor(arguments, input);
      case ORDERED_DICTIONARY -> dictionary(arguments, input);
      case BYTES_IO, NATIVE_BYTES_IO, ENCODE, NATIVE_ENCODE -> Single.FOREIGN;
      case FLOAT, HALF, BFLOAT16, DOUBLE, CHAR, SHORT, INT, LONG, BYTE, BOOL ->
          throw input.failure(
              "a storage must be told by its place, found a call of " + function.kind());
    };
  }

  private static PickleValue dictionary(List<PickleValue> arguments, PickleInput input) {
    if (!arguments.isEmpty()) {
      throw input.failure(
          "a dictionary must begin empty, found %s arguments".formatted(arguments.size()));
    }
    return new Dictionary();
  }

  /// The storage that `('storage', class, key, device, elements)` stands for.
  static PickleValue storage(PickleValue id, PickleInput input) {
    if (id instanceof Tuple(List<PickleValue> items)
        && items.size() == 5
        && items.get(0) instanceof Text(String word)
        && word.equals("storage")
        && items.get(1) instanceof Global of
        && of.elementBytes() > 0
        && items.get(2) instanceof Text(String key)
        && items.get(3) instanceof Text
        && items.get(4) instanceof Int(long elements)
        && elements >= 0
        && elements <= Long.MAX_VALUE / of.elementBytes()) {
      return new Storage(of, key, elements);
    }
    throw input.failure(
        "a storage must be told by 'storage', class, key, device and elements, found " + id.kind());
  }

  /// The tensor of `(storage, offset, sizes, strides, requires gradient, hooks)`.
  private static PickleValue tensor(List<PickleValue> arguments, PickleInput input) {
    if (arguments.size() < 6
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Int(long offset))
        || !(arguments.get(2) instanceof Tuple(List<PickleValue> sizeItems))
        || !(arguments.get(3) instanceof Tuple(List<PickleValue> strideItems))) {
      throw input.failure(
          "a tensor must have storage, offset, sizes, strides and hooks, found "
              + String.join(", ", arguments.stream().limit(7).map(PickleValue::kind).toList()));
    }
    List<Long> sizes = integers("the sizes of a tensor", sizeItems, input);
    List<Long> strides = integers("the strides of a tensor", strideItems, input);
    if (sizes.size() > LARGEST_RANK || sizes.size() != strides.size()) {
      throw input.failure(
          "a tensor must have %s sizes at most and as many strides, found %s and %s"
              .formatted(LARGEST_RANK, sizes.size(), strides.size()));
    }
    long elements = elements(sizes, strides, input);
    if (offset < 0 || offset > storage.elements() || elements > storage.elements() - offset) {
      throw input.failure(
          "a tensor must lie within the %s elements of its storage, found %s from %s"
              .formatted(storage.elements(), elements, offset));
    }
    return new StoredTensor(storage, offset, sizes);
  }

  private static List<Long> integers(String what, List<PickleValue> items, PickleInput input) {
    return items.stream()
        .map(item -> {
          if (item instanceof Int(long value) && value >= 0) {
            return value;
          }
          throw input.failure(what + " must be integers from 0 on, found " + item.kind());
        })
        .toList();
  }

  /// How many elements there are, each right behind the one before it.
  private static long elements(List<Long> sizes, List<Long> strides, PickleInput input) {
    long elements = 1;
    for (int axis = sizes.size() - 1; axis >= 0; axis--) {
      if (sizes.get(axis) != 1 && strides.get(axis) != elements) {
        throw input.failure(
            "the elements of a tensor must lie one behind the other, found strides %s for %s"
                .formatted(strides, sizes));
      }
      if (sizes.get(axis) == 0) {
        return 0;
      }
      if (elements > Long.MAX_VALUE / sizes.get(axis)) {
        throw input.failure("the sizes of a tensor must fit in 63 bits, found " + sizes);
      }
      elements *= sizes.get(axis);
    }
    return elements;
  }
}
