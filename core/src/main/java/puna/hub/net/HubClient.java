package puna.hub.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.error.JsonException;
import puna.error.ModelDownloadException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.text.FileText;

/// What a hub tells of repositories and files.
public final class HubClient implements AutoCloseable {
  private static final int MOST_BYTES = 16 << 20; // of one answer
  private static final int MOST_FILES = 100_000;
  private static final int MOST_PAGES = 100;
  private static final Pattern NEXT = Pattern.compile("<([^>]{1,4000})>;\\s*rel=\"next\"");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private final HubSettings settings;
  private final Http http;

  /// @throws ModelDownloadException when a setting forbids to connect
  public HubClient(HubSettings settings) {
    this.settings = settings;
    this.http = new Http(settings);
  }

  /// The files of a repository, at the commit that its revision is at now.
  ///
  /// @throws puna.error.ModelNotFoundException when there is no such repository or revision
  /// @throws ModelDownloadException when it cannot be asked, or answers what cannot be right
  public Listing listing(Repository repository) throws InterruptedException {
    Refusals refusals = refusals(repository);
    String api = settings.endpoint() + "/api/models/" + repository.id();
    URI info =
        URI.create(
            api + "/revision/" + Addresses.encoded(repository.revision(), "") + "?blobs=true");
    JsonObject answer = object(page(info, refusals).json(), info);
    String commit = HubJson.text(answer, "sha").orElse("");
    if (!COMMIT.matcher(commit).matches()) {
      throw malformed(info, "\"sha\" must be a commit");
    }
    Optional<List<HubJson.Entry>> siblings = HubJson.siblings(answer);
    List<HubJson.Entry> entries =
        siblings.isPresent()
            ? siblings.get()
            : tree(URI.create(api + "/tree/" + commit + "?recursive=true"), refusals);
    return new Listing(commit, files(entries, repository, commit));
  }

  private List<HubJson.Entry> tree(URI first, Refusals refusals) throws InterruptedException {
    List<HubJson.Entry> entries = new ArrayList<>();
    Optional<URI> at = Optional.of(first);
    for (int count = 0; at.isPresent(); count++) {
      if (count == MOST_PAGES || entries.size() > MOST_FILES) {
        throw malformed(first, "a listing must have at most %s files".formatted(MOST_FILES));
      }
      URI uri = at.get();
      Page page = page(uri, refusals);
      entries.addAll(
          HubJson.tree(page.json()).orElseThrow(() -> malformed(uri, "must be a list of files")));
      at = page.next().map(uri::resolve).filter(settings::isOfHub);
    }
    return entries;
  }

  private List<RemoteFile> files(
      List<HubJson.Entry> entries, Repository repository, String commit) {
    List<RemoteFile> files = new ArrayList<>();
    for (HubJson.Entry entry : entries) {
      if (!SafePath.isSafe(entry.path())) {
        throw new ModelDownloadException(
            "%s: a path must stay in its folder and have plain names, found \"%s\"; nothing of it is fetched"
                .formatted(repository.id(), FileText.line(entry.path())));
      }
      URI uri =
          URI.create(
              "%s/%s/resolve/%s/%s"
                  .formatted(
                      settings.endpoint(),
                      repository.id(),
                      commit,
                      Addresses.encoded(entry.path(), "/")));
      files.add(
          new RemoteFile(
              uri,
              entry.path(),
              new RemoteFile.Content(entry.bytes(), entry.checksum(), Optional.empty())));
    }
    return files;
  }

  /// A file at any address, as its server tells of it.
  ///
  /// @param path where it is to lie
  public RemoteFile describe(URI uri, String path) throws InterruptedException {
    Refusals refusals = refusals(uri);
    return retrying(
        uri,
        () -> {
          try (HttpAnswer answer = http.get(uri, Map.of("range", "bytes=0-0"))) {
            if (answer.status() != 200 && answer.status() != 206) {
              throw refusals.of(answer, path);
            }
            OptionalLong bytes =
                answer.status() == 200
                    ? answer.contentLength()
                    : answer.contentRange().stream().mapToLong(range -> range.total()).findFirst();
            return new RemoteFile(
                uri,
                path,
                new RemoteFile.Content(
                    bytes.orElseThrow(
                        () -> malformed(uri, "its server must tell the file's length")),
                    Optional.empty(),
                    answer.header("etag")));
          }
        });
  }

  /// How many bytes of a file need not be fetched any more.
  public static long kept(RemoteFile remote, Path folder) {
    DownloadPlace place = new DownloadPlace(folder, remote.path());
    return PieceMap.read(place, remote).map(PieceMap::doneBytes).orElse(0L);
  }

  /// Fetches one file below `folder`, or goes on where an earlier attempt ended. When this returns
  /// the file is there whole, and its content is what it must be.
  ///
  /// @throws ModelDownloadException when it cannot be fetched; what has come is kept, and this
  ///   client is closed
  public void fetch(RemoteFile remote, Path folder, Meter meter) throws InterruptedException {
    new FileDownload(http, remote, new DownloadPlace(folder, remote.path()), meter).run();
  }

  private Refusals refusals(URI uri) {
    return new Refusals(settings, Http.shown(uri), "", Http.shown(uri));
  }

  private Refusals refusals(Repository repository) {
    return new Refusals(
        settings,
        repository.id(),
        repository.revision(),
        settings.endpoint() + "/" + repository.id());
  }

  private record Page(JsonValue json, Optional<URI> next) {}

  private Page page(URI uri, Refusals refusals) throws InterruptedException {
    return retrying(
        uri,
        () -> {
          try (HttpAnswer answer = http.get(uri, Map.of("accept", "application/json"))) {
            if (answer.status() != 200) {
              throw refusals.of(answer, "");
            }
            return new Page(Json.parse(body(answer, uri), Http.shown(uri)), next(answer));
          } catch (JsonException e) {
            throw new ModelDownloadException(
                "%s: must be JSON; check HF_ENDPOINT and proxies (%s)"
                    .formatted(Http.shown(uri), e.getMessage()),
                e);
          }
        });
  }

  private static byte[] body(HttpAnswer answer, URI uri) throws IOException {
    InputStream body = answer.body();
    byte[] bytes = body.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw malformed(uri, "an answer must have at most %s bytes".formatted(MOST_BYTES));
    }
    return bytes;
  }

  private static Optional<URI> next(HttpAnswer answer) {
    Matcher next = NEXT.matcher(answer.header("link").orElse(""));
    try {
      return next.find() ? Optional.of(URI.create(next.group(1))) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> T retrying(URI uri, Attempt<T> attempt) throws InterruptedException {
    Patience patience = new Patience(settings.pace(), uri.getHost());
    while (true) {
      try {
        return attempt.run();
      } catch (ConnectException | HttpConnectTimeoutException e) {
        // Whoever is not there now will not be in a moment; people wait for this answer.
        throw Patience.unreachable(uri.getHost(), e);
      } catch (IOException e) {
        Thread.sleep(patience.after(e));
      }
    }
  }

  private static JsonObject object(JsonValue value, URI uri) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw malformed(uri, "must be an object");
  }

  private static ModelDownloadException malformed(URI uri, String rule) {
    return new ModelDownloadException(
        "%s: %s; check HF_ENDPOINT and proxies".formatted(Http.shown(uri), rule));
  }

  @Override
  public void close() {
    http.close();
  }
}
