package puna.server.exchange;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;

/// An HTTP request, as a server received it.
///
/// @param method such as `POST`
/// @param path of its target, still percent-encoded, without the query; it begins with `/`
/// @param query of its target, still percent-encoded; empty if there is none
/// @param headers of the request
/// @param body read at most once; an empty stream where there is none
/// @param remote the address that it came from, for the log
public record Request(
    String method, String path, String query, Headers headers, InputStream body, String remote) {
  public Request {
    requireNonNull(method, "method");
    requireNonNull(path, "path");
    requireNonNull(query, "query");
    requireNonNull(headers, "headers");
    requireNonNull(body, "body");
    requireNonNull(remote, "remote");
  }
}
