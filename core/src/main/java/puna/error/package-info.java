/// Exceptions, all of them unchecked and under one [puna.error.PunaException].
///
/// [puna.error.ModelException] is about opening a model, [puna.error.PromptException] about a
/// prompt that it cannot take, [puna.error.AnswerException] about an answer that failed, was
/// interrupted or is incomplete; [puna.error.GrammarException] and [puna.error.JsonException] are
/// about texts of these kinds. Mistakes of the calling code are `IllegalArgumentException` and
/// `IllegalStateException`, which are not among them.
///
/// ```java
/// try (Llama llama = Llama.open(ModelSource.file(file), LlamaOptions.defaults())) {
///   System.out.println(llama.ask("What is a llama?"));
/// } catch (ModelException e) {
///   System.out.println("The model cannot be opened: " + e.getMessage());
/// } catch (IncompleteAnswerException e) {
///   System.out.println(e.partialText() + " … (" + e.finishReason() + ")");
/// } catch (PunaException e) {
///   System.out.println("There is no answer: " + e.getMessage());
/// }
/// ```
@NullMarked
package puna.error;

import org.jspecify.annotations.NullMarked;
