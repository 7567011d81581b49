/// Llama on the JVM: open a model, chat with it, generate text.
///
/// [puna.Llama] is the entry point. `ask` is for one question, `chat` for conversations, streaming
/// and tools, `generate` for raw text. How a model is opened is in [puna.LlamaOptions], how it
/// answers in [puna.ChatOptions] and [puna.GenerationOptions]; in all of them an option that is not
/// set has a default that suits the model. Models and answers hold resources: open them in
/// try-with-resources statements. Options, prompts and results are immutable values.
///
/// ```java
/// try (Llama llama = Llama.open("smollm2-135m")) {
///   List<ChatMessage> messages = List.of(ChatMessage.user("Where do llamas live?"));
///   try (ChatAnswer answer = llama.chat(messages, ChatOptions.greedy().withMaxTokens(100))) {
///     answer.forEachText(System.out::print); // as it is generated
///     System.out.println(answer.usage());
///   }
///   record Capital(String country, String capital) {}
///   System.out.println(llama.ask("What is the capital of France?", Capital.class));
/// }
/// ```
@NullMarked
package puna;

import org.jspecify.annotations.NullMarked;
