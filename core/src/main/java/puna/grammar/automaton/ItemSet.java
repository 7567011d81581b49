package puna.grammar.automaton;

import java.util.Arrays;

/// Nodes with their frames, each once, in the order in which they came.
final class ItemSet {
  private int[] nodes = new int[16];
  private Frame[] frames = new Frame[16];
  private int[] slots = new int[64]; // 1 + place, 0 where free
  private int size;

  int size() {
    return size;
  }

  int node(int place) {
    return nodes[place];
  }

  Frame frame(int place) {
    return frames[place];
  }

  void add(int node, Frame frame) {
    int slot = slot(node, frame);
    if (slots[slot] != 0) {
      return;
    }
    if (size == nodes.length) {
      grow();
      slot = slot(node, frame);
    }
    nodes[size] = node;
    frames[size] = frame;
    slots[slot] = ++size;
  }

  private int slot(int node, Frame frame) {
    int mask = slots.length - 1;
    int slot = (node * 0x9E3779B1 + Long.hashCode(frame.number) * 0x85EBCA6B) >>> 7 & mask;
    while (slots[slot] != 0
        && (nodes[slots[slot] - 1] != node || frames[slots[slot] - 1].number != frame.number)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    nodes = Arrays.copyOf(nodes, 2 * size);
    frames = Arrays.copyOf(frames, 2 * size);
    slots = new int[8 * size];
    for (int i = 0; i < size; i++) {
      slots[slot(nodes[i], frames[i])] = i + 1;
    }
  }
}
