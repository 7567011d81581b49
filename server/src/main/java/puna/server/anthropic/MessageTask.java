package puna.server.anthropic;

import puna.server.work.ChatTask;

/// What a request for a message asks for.
///
/// @param chat the conversation and how it is answered
/// @param thinking whether the model thinks, as far as it can be told
record MessageTask(ChatTask chat, Thinking thinking) {}
