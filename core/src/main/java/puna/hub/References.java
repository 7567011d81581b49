package puna.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.error.ModelNotFoundException;
import puna.hub.net.Repository;
import puna.hub.net.SafePath;
import puna.text.FileText;

/// The forms of references.
final class References {
  private static final Set<String> HUB =
      Set.of("hf.co", "huggingface.co", "www.huggingface.co", "www.hf.co");
  private static final Pattern ADDRESS = Pattern.compile("(?i)https?://.*");
  private static final Pattern WITH_HOST = Pattern.compile("(?i)(?:hf\\.co|huggingface\\.co)/(.*)");
  private static final Pattern BARE =
      Pattern.compile("[A-Za-z0-9_][^/\\s\\\\:@]*/[A-Za-z0-9_][^/\\s\\\\:@]*(?:[:@]\\S+)?");
  private static final Pattern FILE_ENDING =
      Pattern.compile("(?i).*\\.(gguf|bin|pth|safetensors|json)");
  private static final Pattern PARTS =
      Pattern.compile("([^/:@]+)/([^/:@]+)(?::([^@]*))?(?:@(.*))?");
  private static final Pattern FILE_PAGE =
      Pattern.compile("([^/]+)/([^/]+)/(?:resolve|blob|raw)/([^/]+)/(.+)");
  private static final Pattern QUANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final String FORMS =
      "write hf.co/USER/REPOSITORY, hf.co/USER/REPOSITORY:QUANT, with @REVISION behind it if wanted, or the https address of a .gguf file";

  private References() {}

  static Optional<ModelReference> parse(String given) {
    String text = given.strip();
    if (ADDRESS.matcher(text).matches()) {
      return Optional.of(address(text));
    }
    Matcher hosted = WITH_HOST.matcher(text);
    if (hosted.matches()) {
      return Optional.of(repository(hosted.group(1), text));
    }
    return isBare(text) ? Optional.of(repository(text, text)) : Optional.empty();
  }

  /// Whether a text has the form of a repository without a host, which a path may have too.
  static boolean isBare(String text) {
    return BARE.matcher(text).matches()
        && !WITH_HOST.matcher(text).matches()
        && !FILE_ENDING.matcher(beforeQuant(text)).matches();
  }

  private static String beforeQuant(String text) {
    return text.replaceFirst("[:@].*", "");
  }

  private static ModelReference address(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw malformed(text, "is no address", e);
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPath() == null) {
      throw malformed(text, "must name a host, without a user", null);
    }
    String path = uri.getPath().replaceFirst("^/+", "");
    if (HUB.contains(uri.getHost().toLowerCase(Locale.ROOT))) {
      Matcher page = FILE_PAGE.matcher(path);
      return page.matches() ? file(page, text) : repository(path.replaceFirst("/+$", ""), text);
    }
    boolean isLoopback = Set.of("localhost", "127.0.0.1", "[::1]").contains(uri.getHost());
    if (!"https".equalsIgnoreCase(uri.getScheme()) && !isLoopback) {
      throw malformed(
          text, "must be an https address: anybody could change what comes over http", null);
    }
    if (!path.toLowerCase(Locale.ROOT).endsWith(".gguf") || !SafePath.isSafe(path)) {
      throw malformed(text, "must be the address of a file that ends in .gguf", null);
    }
    return new ModelReference.AtAddress(uri);
  }

  private static ModelReference file(Matcher page, String text) {
    requireParts(page.group(1), page.group(2), page.group(3), text);
    if (!SafePath.isSafe(page.group(4))) {
      throw malformed(text, "must name a file in the repository", null);
    }
    return new ModelReference.InRepository(
        page.group(1), page.group(2), page.group(3), Optional.empty(), Optional.of(page.group(4)));
  }

  private static ModelReference repository(String rest, String text) {
    Matcher parts = PARTS.matcher(rest);
    if (!parts.matches()) {
      throw malformed(text, "must have a user and a repository", null);
    }
    String revision = parts.group(4) == null ? Repository.MAIN : parts.group(4);
    requireParts(parts.group(1), parts.group(2), revision, text);
    Optional<String> which = Optional.ofNullable(parts.group(3));
    boolean isFile =
        which.filter(name -> name.toLowerCase(Locale.ROOT).endsWith(".gguf")).isPresent();
    boolean isGood =
        isFile
            ? SafePath.isSafe(which.get())
            : which.stream().allMatch(name -> QUANT.matcher(name).matches());
    if (!isGood) {
      throw malformed(
          text, "must name a quantization behind the colon, such as Q4_K_M, or a file", null);
    }
    return new ModelReference.InRepository(
        parts.group(1),
        parts.group(2),
        revision,
        isFile ? Optional.empty() : which,
        isFile ? which : Optional.empty());
  }

  private static void requireParts(String user, String name, String revision, String text) {
    if (!Repository.isPart(user) || !Repository.isPart(name)) {
      throw malformed(
          text, "must have a user and a repository of letters, digits, '-', '_' and '.'", null);
    }
    if (!Repository.isRevision(revision)) {
      throw malformed(text, "must name a branch, tag or commit behind the @", null);
    }
  }

  private static ModelNotFoundException malformed(
      String text, String rule, @Nullable Exception cause) {
    String message =
        "\"%s\" %s; %s".formatted(FileText.line(text.replaceFirst("\\?.*", "")), rule, FORMS);
    return cause == null
        ? new ModelNotFoundException(message)
        : new ModelNotFoundException(message, cause);
  }
}
