/// Spans of requests, for applications that trace with OpenTelemetry. The only package that names
/// it; its API must be there where this is used, and nowhere else.
@NullMarked
package puna.server.trace;

import org.jspecify.annotations.NullMarked;
