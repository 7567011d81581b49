package puna.token.file;

import java.util.ArrayList;
import java.util.List;

/// The special tokens that Meta's code puts behind the ranks of Llama 3 and Llama 4, in order of
/// id.
final class MetaSpecialTokens {
  private static final int LLAMA3_COUNT = 256;
  private static final int LLAMA4_COUNT = 2048;

  private final List<String> tokens = new ArrayList<>();

  private MetaSpecialTokens() {}

  /// Ids 128000..128255.
  static List<String> llama3() {
    MetaSpecialTokens list = new MetaSpecialTokens();
    list.add(
        "<|begin_of_text|>",
        "<|end_of_text|>",
        "<|reserved_special_token_0|>",
        "<|reserved_special_token_1|>",
        "<|finetune_right_pad_id|>",
        "<|step_id|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|eom_id|>",
        "<|eot_id|>",
        "<|python_tag|>",
        "<|image|>");
    list.numbered("reserved_special_token", 2, LLAMA3_COUNT);
    return list.tokens;
  }

  /// Ids 200000..202047.
  static List<String> llama4() {
    MetaSpecialTokens list = new MetaSpecialTokens();
    list.add(
        "<|begin_of_text|>",
        "<|end_of_text|>",
        "<|fim_prefix|>",
        "<|fim_middle|>",
        "<|fim_suffix|>",
        "<|header_start|>",
        "<|header_end|>",
        "<|eom|>",
        "<|eot|>",
        "<|step|>");
    list.numbered("text_post_train_reserved_special_token", 0, 16);
    list.add("<|python_start|>", "<|python_end|>", "<|finetune_right_pad|>");
    list.numbered("text_post_train_reserved_special_token", 8, 80);
    list.add("<|image_start|>", "<|image_end|>");
    list.numbered("vision_reserved_special_token", 0, 84);
    list.add("<|tile_x_separator|>", "<|tile_y_separator|>");
    list.numbered("vision_reserved_special_token", 2, 90);
    list.add("<|image|>");
    list.numbered("vision_reserved_special_token", 6, 92);
    list.add("<|patch|>");
    list.numbered("vision_reserved_special_token", 7, 1134);
    list.numbered("reasoning_reserved_special_token", 0, 1142);
    list.add("<|reasoning_thinking_start|>", "<|reasoning_thinking_end|>");
    list.numbered("reserved_special_token", 0, LLAMA4_COUNT);
    return list.tokens;
  }

  private void add(String... names) {
    tokens.addAll(List.of(names));
  }

  /// Appends `<|name_first|>`, `<|name_first+1|>` … until there are `end` tokens.
  private void numbered(String name, int first, int end) {
    for (int number = first; tokens.size() < end; number++) {
      tokens.add("<|" + name + "_" + number + "|>");
    }
  }
}
