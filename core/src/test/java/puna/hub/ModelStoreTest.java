package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelNotFoundException;

class ModelStoreTest {
  @TempDir Path folder;
  private Path home;
  private FakeModel fake;
  private ModelStore store;
  private final List<Long> progress = new ArrayList<>();

  @BeforeEach
  void makeArtifact() {
    home = folder.resolve("home");
    fake = new FakeModel(folder.resolve("artifact"));
    store = fake.store(home);
  }

  @Test
  void leavesAPathAsItIs() throws IOException {
    Path file = Files.createFile(folder.resolve("any.gguf"));
    assertThat(store.resolve(file.toString())).isEqualTo(file);
    assertThat(home).doesNotExist();
  }

  @Test
  void placesAModelOnceAndReportsProgress() throws IOException {
    Path file = resolve();
    assertThat(file)
        .isEqualTo(home.resolve("models/fake/fake.gguf"))
        .hasBinaryContent(fake.content);
    assertThat(progress).startsWith(0L).endsWith(3_000_000L).isSorted();
    FileTime placed = Files.getLastModifiedTime(file);

    progress.clear();
    assertThat(resolve()).isEqualTo(file);
    assertThat(progress).isEmpty();
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(placed);
    assertThatNoPartIsLeft();
  }

  @Test
  void findsAPlacedModelWhoseArtifactIsUnreadableByNow() throws IOException {
    resolve();
    fake.removeContent();
    assertThat(resolve()).exists();
  }

  @Test
  void replacesACachedFileThatWasCutOff() throws IOException {
    Path file = resolve();
    Files.write(file, new byte[100]);
    assertThat(resolve()).hasBinaryContent(fake.content);
    assertThatNoPartIsLeft();
  }

  @Test
  void replacesACachedFileWhoseContentChanged() throws IOException {
    Path file = resolve();
    byte[] damaged = fake.content.clone();
    damaged[1_500_000] ^= 1;
    Files.write(file, damaged);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThat(resolve()).hasBinaryContent(fake.content);
  }

  @Test
  void keepsACachedFileThatWasOnlyTouched() throws IOException {
    Path file = resolve();
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    progress.clear();
    assertThat(resolve()).hasBinaryContent(fake.content);
    assertThat(progress).as("copied pieces").isEmpty();
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_000_000);
  }

  @Test
  void placesACachedFileAgainThatWasDeleted() throws IOException {
    Files.delete(resolve());
    assertThat(resolve()).hasBinaryContent(fake.content);
  }

  @Test
  void believesNoDamagedStamp() throws IOException {
    Path file = resolve();
    Files.writeString(file.resolveSibling("fake.gguf.verified"), "bytes = \\uzzzz");
    Files.write(file, new byte[fake.content.length]);
    assertThat(resolve()).hasBinaryContent(fake.content);
  }

  @Test
  void removesWhatAKilledProcessLeftBehind() throws IOException {
    Path cache = Files.createDirectories(home.resolve("models/fake"));
    Files.write(cache.resolve("fake.gguf.1.part"), new byte[10]);
    Files.write(cache.resolve("fake.gguf"), new byte[10]);
    assertThat(resolve()).hasBinaryContent(fake.content);
    assertThatNoPartIsLeft();
  }

  @Test
  void replacesTheFileOfAnOlderArtifact() throws IOException {
    resolve();
    byte[] other = {1, 2, 3};
    fake.replaceContent(other);
    fake.describe(3, "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    assertThat(resolve()).hasBinaryContent(other);
  }

  @Test
  void refusesAnArtifactOfOtherContent() throws IOException {
    byte[] damaged = fake.content.clone();
    damaged[5] ^= 1;
    fake.replaceContent(damaged);
    assertThatRefusal("must have 3000000 bytes with SHA-256", "replace the artifact of model fake");
    assertThatNoPartIsLeft();
    assertThat(home.resolve("models/fake/fake.gguf")).doesNotExist();
  }

  @Test
  void refusesAnArtifactOfOtherSize() throws IOException {
    fake.replaceContent(new byte[7]);
    assertThatRefusal("must have 3000000 bytes", "found 7 with");
    fake.replaceContent(new byte[5_000_000]);
    assertThatRefusal("must have 3000000 bytes", "found more with");
    assertThatNoPartIsLeft();
  }

  @Test
  void refusesAnArtifactWithoutItsFile() throws IOException {
    fake.removeContent();
    assertThatRefusal("its file fake.gguf is missing beside it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "file = a.gguf",
        "file = ../a.gguf\nbytes = 1\nsha256 = 00",
        "file = a/b\nbytes = 1\nsha256 = 00",
        "file = a.gguf\nbytes = -1",
        "file = a.gguf\nbytes = 9999999999999999999999",
        "file = a.gguf\nbytes = 1\nsha256 = 12",
        "file = \\u12"
      })
  void refusesAMalformedDescription(String properties) {
    fake.describe(properties);
    assertThatRefusal("model.properties", "replace the artifact of model fake");
  }

  @Test
  void saysWhatIsKnownToAnUnknownReference() {
    assertThatReferenceIsRefused(
        "no-such-model",
        "\"no-such-model\" is neither a file nor the name of a known model",
        "; give the path of a GGUF file or one of: fake");
    assertThatReferenceIsRefused("dir/no.gguf", "\"dir/no.gguf\" is neither a file nor");
    assertThatReferenceIsRefused("", "\"\" is neither a file nor");
    assertThatReferenceIsRefused("a\0b", "is neither a file nor", "; its name is no path: Nul");
    assertThatReferenceIsRefused("../fake", "is neither a file nor");
  }

  @Test
  void saysWhatToDoWhereTheCacheFolderCannotBeMade() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    store = fake.store(file.resolve("home"));
    assertThatRefusal("model fake cannot be placed in", "set PUNA_HOME to a folder");
  }

  @Test
  void saysWhatToDoWhereTheSystemAllowsNoFolders() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs /proc, which this system lacks");
    store = fake.store(Path.of("/proc/nope"));
    assertThatRefusal(
        "the folder /proc/nope does not exist and cannot be made", "set PUNA_HOME to a folder");
  }

  @Test
  void listsADamagedArtifactWithItsReason() {
    fake.describe("file = ../a.gguf");
    assertThat(store.list())
        .singleElement()
        .satisfies(listing -> {
          assertThat(listing.name()).isEqualTo("fake");
          assertThat(listing.bytes()).isZero();
          assertThat(listing.description())
              .startsWith("cannot be used: ")
              .contains("replace the artifact of model fake");
        });
  }

  @Test
  void saysWhatToDoWhereTheCacheFolderIsReadOnly() throws IOException {
    Files.createDirectories(home);
    assumeTrue(
        home.toFile().setWritable(false) && !Files.isWritable(home),
        "needs a user whom file permissions bind, which this run lacks");
    assertThatRefusal("permission denied for", "set PUNA_HOME to a folder");
  }

  @Test
  void saysWhatToDoWhereThereIsNoRoom() throws IOException {
    fake.describe(999_999_999_999_999_999L, "0".repeat(64));
    assertThatRefusal("it needs 999999999999999999 bytes", "make room there");
    assertThatNoPartIsLeft();
  }

  @Test
  void leavesNothingWhereCopyingFails() throws IOException {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            store.resolve(
                FakeModel.NAME,
                (done, _) -> {
                  if (done > 1_000_000) {
                    throw new IllegalStateException("stopped half-way");
                  }
                }));
    assertThatNoPartIsLeft();
    assertThat(resolve()).hasBinaryContent(fake.content);
  }

  @Test
  void listsWhatIsKnownAndWhereItIsCached() {
    assertThat(store.list())
        .containsExactly(
            new ModelListing("fake", "A fake, só", 3_000_000, "CC0-1.0", Optional.empty()));
    Path file = resolve();
    assertThat(store.list().getFirst().cached()).contains(file);
  }

  @Test
  void findsTheEmbeddedModelOnTheClassPath() {
    assertThat(new ModelStore(home).list())
        .extracting(ModelListing::name)
        .contains(ModelStore.DEFAULT_MODEL);
  }

  private Path resolve() {
    return store.resolve(FakeModel.NAME, (done, _) -> progress.add(done));
  }

  private void assertThatRefusal(String... parts) {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(this::resolve)
        .withMessageContainingAll(parts)
        .withMessageMatching("[^\n]+");
  }

  private void assertThatReferenceIsRefused(String reference, String... parts) {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> store.resolve(reference))
        .withMessageContainingAll(parts)
        .withMessageMatching("[^\n]+");
  }

  private void assertThatNoPartIsLeft() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }
}
