package puna.server.anthropic;

/// The ids of tool calls: the model's own behind a prefix that clients expect. In the next prompt
/// they must be what the model wrote, or what was computed for it is not found again.
final class CallIds {
  private static final String PREFIX = "toolu_";
  private static final int OWN_LENGTH = 9;

  private CallIds() {}

  static String told(String own) {
    return PREFIX + own;
  }

  /// The model's own id; that of another server as it is.
  static String own(String told) {
    return told.startsWith(PREFIX) && told.length() == PREFIX.length() + OWN_LENGTH
        ? told.substring(PREFIX.length())
        : told;
  }
}
