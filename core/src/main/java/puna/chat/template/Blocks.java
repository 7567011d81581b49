package puna.chat.template;

import java.util.Map;
import java.util.Optional;
import puna.chat.template.python.Member;
import puna.chat.template.python.Text;
import puna.chat.template.python.Value;

/// The `self` of a template: its blocks by name, each a function that prints it once more.
record Blocks(
    Map<String, Statement.Block> blocks, java.util.function.Function<Statement.Block, Text> printed)
    implements Member {
  @Override
  public String description() {
    return "<TemplateReference None>";
  }

  @Override
  public boolean isCallable() {
    return false;
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(blocks.get(name)).map(this::function);
  }

  private Value function(Statement.Block block) {
    return Member.function(
        block.name(),
        arguments -> {
          arguments.bindPositional("a block");
          return printed.apply(block);
        });
  }
}
