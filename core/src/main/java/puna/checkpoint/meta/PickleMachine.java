package puna.checkpoint.meta;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import puna.checkpoint.meta.PickleValue.Dictionary;
import puna.checkpoint.meta.PickleValue.Global;
import puna.checkpoint.meta.PickleValue.Int;
import puna.checkpoint.meta.PickleValue.Items;
import puna.checkpoint.meta.PickleValue.Single;
import puna.checkpoint.meta.PickleValue.Text;
import puna.checkpoint.meta.PickleValue.Tuple;
import puna.error.ModelFormatException;

/// Python's pickle, protocols 2 to 4, as far as checkpoints need it.
///
/// A pickle is a program for a machine with a stack that may call any function of Python. This one
/// knows the instructions that checkpoints are made of and the classes of [Global]; it makes
/// tensors, dictionaries, lists, tuples, texts and integers, and calls nothing. Every other
/// instruction and every other name is refused.
///
/// Source: CPython's `pickletools`.
final class PickleMachine {
  private static final int VALUE_BYTES = 64;
  private static final int REFERENCE_BYTES = 8;

  private final PickleInput input;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();

  private PickleMachine(PickleInput input) {
    this.input = input;
  }

  /// The dictionary that a pickle makes.
  ///
  /// @throws ModelFormatException when it makes something else, or holds what a checkpoint does not
  static Map<String, PickleValue> read(byte[] pickle, String origin) {
    PickleMachine machine = new PickleMachine(new PickleInput(pickle, origin));
    return machine.run();
  }

  private Map<String, PickleValue> run() {
    int instruction = input.instruction();
    while (instruction != '.') {
      step(instruction);
      instruction = input.instruction();
    }
    PickleValue result = pop();
    if (!stack.isEmpty() || input.hasMore() || !(result instanceof Dictionary dictionary)) {
      throw input.failure(
          "a checkpoint must be one dictionary, found %s, %s values and %s behind it"
              .formatted(result.kind(), stack.size(), input.hasMore() ? "more bytes" : "nothing"));
    }
    return dictionary.members();
  }

  private void step(int instruction) {
    switch (instruction) {
      case 0x80 -> protocol();
      case 0x95 -> input.int64(); // FRAME, how many bytes belong together
      case 'N' -> push(Single.NONE);
      case 0x88 -> push(Single.TRUE);
      case 0x89 -> push(Single.FALSE);
      case 'J' -> pushNew(new Int(input.int32()));
      case 'K' -> pushNew(new Int(input.uint8()));
      case 'M' -> pushNew(new Int(input.uint16()));
      case 0x8A -> pushNew(new Int(input.integer())); // LONG1
      case 'X' -> pushNew(new Text(input.text(input.int32())));
      case 0x8C -> pushNew(new Text(input.text(input.uint8()))); // SHORT_BINUNICODE
      case '(' -> push(Single.MARK);
      case ')' -> pushNew(new Tuple(List.of()));
      case ']' -> pushNew(new Items());
      case '}' -> pushNew(new Dictionary());
      case 't' -> pushNew(new Tuple(popToMark()));
      case 0x85 -> pushNew(new Tuple(popItems(1)));
      case 0x86 -> pushNew(new Tuple(popItems(2)));
      case 0x87 -> pushNew(new Tuple(popItems(3)));
      case 'q' -> remember(input.uint8());
      case 'r' -> remember(input.int32());
      case 0x94 -> remember(memo.size()); // MEMOIZE
      case 'h' -> recall(input.uint8());
      case 'j' -> recall(input.int32());
      case 'c' -> push(global(input.line(), input.line()));
      case 0x93 -> stackGlobal();
      case 's' -> setItems(popItems(2));
      case 'u' -> setItems(popToMark());
      case 'a' -> append(popItems(1));
      case 'e' -> append(popToMark());
      case 'b' -> build(pop());
      case 'R', 0x81 -> call(pop()); // REDUCE, NEWOBJ
      case 'Q' -> pushNew(TorchCalls.storage(pop(), input));
      default -> throw unknown(instruction);
    }
  }

  private ModelFormatException unknown(int instruction) {
    return input.failure(
        "an instruction must be one that builds tensors, found 0x%02X".formatted(instruction));
  }

  private void protocol() {
    int version = input.uint8();
    if (version < 2 || version > 4) {
      throw input.failure("the protocol must be 2, 3 or 4, found " + version);
    }
  }

  private void stackGlobal() {
    List<PickleValue> names = popItems(2);
    if (!(names.get(0) instanceof Text(String module)
        && names.get(1) instanceof Text(String name))) {
      throw input.failure(
          "the name of a class must be two texts, found %s and %s"
              .formatted(names.get(0).kind(), names.get(1).kind()));
    }
    push(global(module, name));
  }

  private Global global(String module, String name) {
    return Global.named(module + "." + name)
        .orElseThrow(() ->
            input.failure(
                "a class must be one that builds tensors, found %s.%s"
                    .formatted(ZipEntry.excerpt(module), ZipEntry.excerpt(name))));
  }

  private void setItems(List<PickleValue> pairs) {
    PickleValue target = top();
    if (!(target instanceof Dictionary dictionary) || pairs.size() % 2 != 0) {
      throw input.failure(
          "keys and values must go to a dictionary, found %s of them for %s"
              .formatted(pairs.size(), target.kind()));
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      if (!(pairs.get(i) instanceof Text(String key))) {
        throw input.failure("a key must be a text, found " + pairs.get(i).kind());
      }
      input.charge(VALUE_BYTES);
      if (dictionary.members().put(key, pairs.get(i + 1)) != null) {
        throw input.failure("a key must occur once, found twice " + ZipEntry.excerpt(key));
      }
    }
  }

  private void append(List<PickleValue> items) {
    if (!(top() instanceof Items list)) {
      throw input.failure("items must go to a list, found " + top().kind());
    }
    input.charge((long) REFERENCE_BYTES * items.size());
    list.items().addAll(items);
  }

  /// Attributes of a dictionary or of a foreign object, of which nothing is kept.
  private void build(PickleValue state) {
    switch (top()) {
      case Dictionary _ -> {}
      case Single single when single == Single.FOREIGN -> {}
      default ->
          throw input.failure(
              "attributes must be those of a dictionary, found %s for %s"
                  .formatted(state.kind(), top().kind()));
    }
  }

  private void call(PickleValue arguments) {
    PickleValue function = pop();
    if (!(function instanceof Global global) || !(arguments instanceof Tuple(var items))) {
      throw input.failure(
          "what is called must be a class with a tuple, found %s with %s"
              .formatted(function.kind(), arguments.kind()));
    }
    pushNew(TorchCalls.result(global, items, input));
  }

  private void remember(int place) {
    input.charge(VALUE_BYTES);
    memo.put(place, top());
  }

  private void recall(int place) {
    PickleValue value = memo.get(place);
    if (value == null) {
      throw input.failure(
          "what is recalled must have been remembered, found nothing at "
              + Integer.toUnsignedString(place));
    }
    push(value);
  }

  private void pushNew(PickleValue value) {
    input.charge(VALUE_BYTES);
    push(value);
  }

  private void push(PickleValue value) {
    input.charge(REFERENCE_BYTES);
    stack.add(value);
  }

  private PickleValue top() {
    if (stack.isEmpty()) {
      throw input.failure("a value must lie on the stack, found none");
    }
    return stack.getLast();
  }

  private PickleValue pop() {
    PickleValue value = top();
    stack.removeLast();
    return value;
  }

  private List<PickleValue> popItems(int count) {
    if (stack.size() < count) {
      throw input.failure(
          "%s values must lie on the stack, found %s".formatted(count, stack.size()));
    }
    return popFrom(stack.size() - count);
  }

  private List<PickleValue> popToMark() {
    int mark = stack.lastIndexOf(Single.MARK);
    if (mark < 0) {
      throw input.failure("a mark must lie on the stack, found none");
    }
    List<PickleValue> items = popFrom(mark + 1);
    stack.removeLast();
    return items;
  }

  private List<PickleValue> popFrom(int from) {
    List<PickleValue> above = stack.subList(from, stack.size());
    input.charge(VALUE_BYTES + (long) REFERENCE_BYTES * above.size());
    List<PickleValue> items = List.copyOf(above);
    above.clear();
    return items;
  }
}
