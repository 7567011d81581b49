/// Requests and answers as JSON, streams of events, and what goes wrong.
@NullMarked
package puna.server.wire;

import org.jspecify.annotations.NullMarked;
