package puna.hub;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import puna.error.ModelNotFoundException;
import puna.settings.Settings;

/// The folder of a user who has no home, such as a container's: below the system's folder for
/// temporary files, and this user's alone.
///
/// Others may write there too, and a model that they can change is no model: a folder that is
/// theirs, or that they may write into, is refused.
final class TemporaryHome {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final String REMEDY = "set PUNA_HOME to a folder that can be written";

  private TemporaryHome() {}

  /// Looked for once in a process, so that its user is told once.
  private static final class Once {
    static final Found FOUND = find();

    private Once() {}
  }

  private sealed interface Found {
    record Folder(Path path) implements Found {}

    record Refusal(String message, Exception cause) implements Found {}
  }

  /// @throws ModelNotFoundException when there is no such folder
  static Path require() {
    return switch (Once.FOUND) {
      case Found.Folder(Path path) -> path;
      case Found.Refusal(String message, Exception cause) ->
          throw new ModelNotFoundException(message, cause);
    };
  }

  private static Found find() {
    String finding = "this user has no home folder (%s)".formatted(Settings.userHome());
    try {
      Path folder =
          below(
              Settings.temporary()
                  .orElseThrow(() -> new IOException("java.io.tmpdir is no absolute path")));
      LOGGER.log(
          System.Logger.Level.WARNING,
          "%s: models are placed in %s; %s, which stays".formatted(finding, folder, REMEDY));
      return new Found.Folder(folder);
    } catch (IOException e) {
      return new Found.Refusal(
          "%s, and no folder for temporary files can be used: %s; %s".formatted(finding, e, REMEDY),
          e);
    }
  }

  /// This user's folder below that of temporary files, made if it is not there.
  ///
  /// @throws IOException when it cannot be made, or is not this user's alone
  static Path below(Path temporary) throws IOException {
    UserPrincipal user = user(temporary);
    Path folder = temporary.resolve("puna-" + user.getName().replaceAll("[^A-Za-z0-9._-]", "_"));
    boolean posix = Files.getFileStore(temporary).supportsFileAttributeView("posix");
    FileAttribute<?>[] own =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    try {
      Files.createDirectory(folder, own);
    } catch (FileAlreadyExistsException _) {
      // Made by an earlier process, or by somebody else.
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(folder + " is no folder");
    }
    if (!Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)) {
      throw new IOException(folder + " belongs to another user");
    }
    if (posix && isOpenToOthers(folder)) {
      throw new IOException(folder + " can be written by other users");
    }
    return folder;
  }

  private static boolean isOpenToOthers(Path folder) throws IOException {
    Set<PosixFilePermission> others =
        EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    others.retainAll(Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
    return !others.isEmpty();
  }

  /// Who files of this process belong to; its name alone may say nothing.
  private static UserPrincipal user(Path temporary) throws IOException {
    Path probe = Files.createTempFile(temporary, "puna", null);
    try {
      return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
    } finally {
      Files.delete(probe);
    }
  }
}
