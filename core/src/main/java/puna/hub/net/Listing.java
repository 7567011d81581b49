package puna.hub.net;

import java.util.List;

/// What a repository holds at one commit.
public record Listing(String commit, List<RemoteFile> files) {
  public Listing {
    files = List.copyOf(files);
  }
}
