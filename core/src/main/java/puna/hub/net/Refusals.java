package puna.hub.net;

import java.io.IOException;
import java.util.Optional;
import puna.error.ModelDownloadException;
import puna.error.ModelException;
import puna.error.ModelNotFoundException;
import puna.text.FileText;

/// Answers that are no content, in words that say what to do.
///
/// @param what is asked for, for people: `user/repo`, or an address
/// @param page where a person can look at it
record Refusals(HubSettings settings, String what, String revision, String page) {
  /// Why an answer is a refusal.
  ///
  /// @param file that was asked for; empty for a listing
  /// @throws IOException when another attempt may do
  ModelException of(HttpAnswer answer, String file) throws IOException {
    int status = answer.status();
    String host = FileText.line(answer.uri().getHost());
    if (status == 429) {
      throw new RetryableException(
          host + " limits how often it answers (429); a token in HF_TOKEN allows more",
          answer.retryAfter());
    }
    if (status == 408 || status >= 500) {
      throw new RetryableException(host + " failed (" + status + ")", answer.retryAfter());
    }
    String code = answer.header("x-error-code").orElse("");
    return switch (code) {
      case "GatedRepo" -> gated();
      case "RepoNotFound" -> noRepository();
      case "RevisionNotFound" -> noRevision();
      case "EntryNotFound" -> noFile(file);
      default -> byStatus(status, host, file);
    };
  }

  private ModelException byStatus(int status, String host, String file) {
    return switch (status) {
      case 401 -> unauthorized(host);
      case 403 ->
          new ModelDownloadException(
              "%s: %s refuses access (403); check that the token may read it"
                  .formatted(what, host));
      case 404, 410 -> file.isEmpty() ? noRepository() : noFile(file);
      default ->
          new ModelDownloadException(
              "%s: %s must answer with content, found status %s; check HF_ENDPOINT and proxies"
                  .formatted(what, host, status));
    };
  }

  private ModelException gated() {
    return new ModelDownloadException(
        settings.token().isPresent()
            ? "%s is gated: the token's account must accept its terms at %s, and the token be allowed to read gated repositories"
                .formatted(what, page)
            : "%s is gated: accept its terms at %s and set HF_TOKEN to a token of that account"
                .formatted(what, page));
  }

  private ModelException unauthorized(String host) {
    return new ModelDownloadException(
        settings.token().isPresent()
            ? "%s: %s does not know the token (401); make another and put it into HF_TOKEN"
                .formatted(what, host)
            : "%s: %s wants to know who asks (401); set HF_TOKEN".formatted(what, host));
  }

  private ModelException noRepository() {
    Optional<String> hint =
        settings.token().isPresent()
            ? Optional.empty()
            : Optional.of(", or set HF_TOKEN if it is private");
    return new ModelNotFoundException(
        "%s: there is no such repository at %s; check the name%s"
            .formatted(what, settings.host(), hint.orElse("")));
  }

  private ModelException noRevision() {
    return new ModelNotFoundException(
        "%s has no revision \"%s\"; look at %s".formatted(what, revision, page));
  }

  private ModelException noFile(String file) {
    return new ModelNotFoundException(
        "%s has no file \"%s\"; look at %s".formatted(what, FileText.line(file), page));
  }
}
