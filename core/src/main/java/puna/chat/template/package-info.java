/// The Jinja dialect of chat templates: source text to a parsed template, and a template with a
/// conversation to text that remembers which of its characters came from the conversation.
@NullMarked
package puna.chat.template;

import org.jspecify.annotations.NullMarked;
