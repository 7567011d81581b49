package puna.tensor;

import java.util.ArrayList;
import java.util.List;
import puna.text.FileText;

/// What is odd in a model's file and does not make it unusable: collected while the model is
/// opened, so that a user hears of all of it in one line.
///
/// Not thread-safe.
public final class ModelWarnings {
  private final List<String> findings = new ArrayList<>();

  /// Begins without any.
  public ModelWarnings() {}

  /// Notes a finding, one sentence without a full stop that names the key or the tensor, the rule,
  /// what was found and what comes of it; the file's name is put in front later.
  public void add(String finding) {
    String line = FileText.line(finding);
    if (!findings.contains(line)) {
      findings.add(line);
    }
  }

  /// The findings in the order in which they came.
  public List<String> all() {
    return List.copyOf(findings);
  }

  /// Logs all findings as one warning, if there is any.
  ///
  /// @param origin the file's name
  public void log(System.Logger logger, String origin) {
    if (!findings.isEmpty()) {
      logger.log(System.Logger.Level.WARNING, origin + ": " + String.join("; ", findings));
    }
  }
}
