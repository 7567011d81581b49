/// Folders as Hugging Face's transformers writes them: `config.json`, safetensors files, tokenizer.
@NullMarked
package puna.checkpoint.huggingface;

import org.jspecify.annotations.NullMarked;
