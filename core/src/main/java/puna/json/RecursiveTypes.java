package puna.json;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.Limited;
import puna.json.TypeShape.MapOf;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.Union;

/// The types that contain themselves, and so need a name in a schema.
final class RecursiveTypes {
  private final Set<Node> recursive = new HashSet<>();
  private final List<Node> path = new ArrayList<>();
  private final Set<Node> done = new HashSet<>();

  /// A record or sealed interface, or a record as a variant of one, whose schema is another.
  record Node(Type type, boolean isVariant) {
    static Node ofValue(Fields fields) {
      return new Node(fields.key(), false);
    }

    static Node ofValue(Union union) {
      return new Node(union.key(), false);
    }

    static Node ofVariant(Fields fields) {
      return new Node(fields.key(), true);
    }
  }

  private RecursiveTypes() {}

  static RecursiveTypes of(TypeShape root) {
    RecursiveTypes types = new RecursiveTypes();
    types.visit(root);
    return types;
  }

  boolean contains(Node node) {
    return recursive.contains(node);
  }

  private void visit(TypeShape shape) {
    switch (shape) {
      case Elements elements -> visit(elements.element());
      case MapOf map -> visit(map.value());
      case Maybe maybe -> visit(maybe.inner());
      case Limited limited -> visit(limited.inner());
      case Fields fields -> visit(fields, Node.ofValue(fields));
      case Union union -> {
        if (enter(Node.ofValue(union))) {
          for (Fields variant : union.parts().variants().values()) {
            visit(variant, Node.ofVariant(variant));
          }
          path.removeLast();
        }
      }
      default -> {}
    }
  }

  private void visit(Fields fields, Node node) {
    if (enter(node)) {
      fields.parts().components().forEach(component -> visit(component.shape()));
      path.removeLast();
    }
  }

  private boolean enter(Node node) {
    if (path.contains(node)) {
      recursive.add(node);
      return false;
    }
    if (!done.add(node)) {
      return false;
    }
    path.add(node);
    return true;
  }
}
