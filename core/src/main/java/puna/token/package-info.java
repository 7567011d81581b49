/// Tokenizers: text to token ids and back.
///
/// A model file has its [puna.token.Tokenizer] inside ([puna.Llama#tokenizer]); [puna.Tokenizers]
/// opens separate tokenizer files. [puna.token.TextDecoder] decodes ids as they stream,
/// [puna.token.PromptPart] keeps text and special tokens apart, so that text from outside cannot
/// become a special token.
///
/// ```java
/// Tokenizer tokenizer = llama.tokenizer();
/// int[] ids = tokenizer.encode("Where do llamas live?");
/// for (int id : ids) {
///   System.out.println(id + " " + tokenizer.piece(id));
/// }
/// System.out.println(tokenizer.decode(ids)); // Where do llamas live?
/// ```
@NullMarked
package puna.token;

import org.jspecify.annotations.NullMarked;
