/// Conversations: messages and their content, the events of a streaming answer, and tools.
///
/// A conversation is a list of [puna.chat.ChatMessage]s. An answer streams as
/// [puna.chat.ChatEvent]s and ends with a message that can be appended to the list. A
/// [puna.chat.Tool] describes a function to the model, and a [puna.chat.ToolCall] is the model's
/// request to run it. Content parts and events may gain kinds, so a `switch` over them needs a
/// `default`.
///
/// ```java
/// List<ChatMessage> messages = new ArrayList<>();
/// messages.add(ChatMessage.system("You answer in one sentence."));
/// messages.add(ChatMessage.user("What is a llama?"));
/// try (ChatAnswer answer = llama.chat(messages, ChatOptions.defaults().withMaxTokens(200))) {
///   for (ChatEvent event : answer) {
///     switch (event) {
///       case ChatEvent.TextDelta(String text) -> System.out.print(text);
///       case ChatEvent.ToolCallFinished(int _, ToolCall call) -> System.out.println(call);
///       default -> {} // other steps of a tool call, the end, and events of later versions
///     }
///   }
///   messages.add(answer.message()); // and the next question after it
/// }
/// ```
@NullMarked
package puna.chat;

import org.jspecify.annotations.NullMarked;
