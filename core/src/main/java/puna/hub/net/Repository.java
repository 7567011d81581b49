package puna.hub.net;

import java.util.regex.Pattern;

/// A repository of the hub at a revision: a branch, a tag or a commit.
public record Repository(String user, String name, String revision) {
  /// What repositories are asked for at, unless another is named.
  public static final String MAIN = "main";

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}");

  /// @throws IllegalArgumentException when a part cannot be one
  public Repository {
    if (!isPart(user) || !isPart(name) || !isRevision(revision)) {
      throw new IllegalArgumentException("not a repository: " + user + "/" + name);
    }
  }

  /// Whether a text can be a user's or a repository's name.
  public static boolean isPart(String text) {
    return PART.matcher(text).matches() && !text.contains("..") && !text.endsWith(".");
  }

  /// Whether a text can be a revision's name.
  public static boolean isRevision(String text) {
    return REVISION.matcher(text).matches()
        && !text.contains("..")
        && !text.contains("//")
        && !text.endsWith("/");
  }

  /// `user/name`.
  public String id() {
    return user + "/" + name;
  }
}
