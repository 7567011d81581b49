package puna.checkpoint.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

class ZipArchiveTest {
  private static final byte[] FIRST = "first".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SECOND = "the second".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsStoredEntriesOfSmallAndLargeArchives(boolean large) {
    ZipBytes zip = large ? two().large() : two();
    Map<String, StoredBytes> entries = read(zip.toByteArray());
    assertThat(entries.keySet()).containsExactly("a", "b");
    assertThat(content(entries, "a")).isEqualTo(FIRST);
    assertThat(content(entries, "b")).isEqualTo(SECOND);
  }

  @Test
  void readsAnArchiveWithACommentAndWithSizesBehindTheBytes() {
    ZipBytes zip = new ZipBytes();
    ZipBytes.Entry entry = zip.add("a", FIRST);
    entry.flags = 1 << 3 | 1 << 11;
    entry.localSize = 0;
    byte[] bytes = Arrays.copyOf(zip.toByteArray(), zip.toByteArray().length + 3);
    bytes[bytes.length - 5] = 3;
    assertThat(content(read(bytes), "a")).isEqualTo(FIRST);
  }

  static Stream<Arguments> entries() {
    return Stream.of(
        entry(
            "must be stored as it is, found 10 bytes packed into 10 by method 8",
            e -> e.method = 8),
        entry(
            "must be stored as it is, found 1000000000 bytes packed into 10 by method 0",
            e -> e.size = 1_000_000_000),
        entry("must not be encrypted", e -> e.flags = 1),
        entry("must have that name before its bytes too, found c", e -> e.localName = "c"),
        entry("must have 10 bytes, found 9 before its bytes", e -> e.localSize = 9),
        entry("must have 10 bytes, found 0 before its bytes", e -> e.localSize = 0),
        entry("must have a header at byte 2, found none", e -> e.header = 2),
        entry("must begin before byte 77, found 78", e -> e.header = 78),
        entry("must begin before byte 77, found 4294967295", e -> e.header = 0xFFFFFFFFL));
  }

  private static Arguments entry(String finding, Consumer<ZipBytes.Entry> change) {
    ZipBytes zip = new ZipBytes();
    zip.add("a", FIRST);
    change.accept(zip.add("b", SECOND));
    return arguments(finding, zip.toByteArray());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  void refusesAnEntryThatIsNotWhatTheDirectorySays(String finding, byte[] zip) {
    refuses(zip, "x.pth: entry b: " + finding);
  }

  @Test
  void refusesEntriesThatShareBytes() {
    ZipBytes zip = new ZipBytes();
    ZipBytes.Entry outer = zip.add("a", FIRST);
    outer.size = 40;
    outer.packed = 40;
    outer.localSize = 40;
    zip.add("b", SECOND);
    refuses(zip.toByteArray(), "x.pth: entry b: must begin behind a, which ends at byte 71");
    ZipBytes twice = new ZipBytes();
    twice.add("a", FIRST);
    twice.add("a", SECOND);
    refuses(twice.toByteArray(), "x.pth: entry a: must occur once, found it twice");
  }

  @Test
  void refusesAnEntryThatReachesIntoTheDirectory() {
    ZipBytes zip = two();
    ZipBytes.Entry last = zip.add("c", FIRST);
    last.size = 6;
    last.packed = 6;
    last.localSize = 6;
    refuses(zip.toByteArray(), "entry c: must lie before byte 113, found 6 bytes from 108");
    ZipBytes huge = new ZipBytes().large();
    ZipBytes.Entry entry = huge.add("a", FIRST);
    entry.size = Long.MAX_VALUE;
    entry.packed = Long.MAX_VALUE;
    entry.localSize = 0xFFFFFFFFL;
    refuses(huge.toByteArray(), "found 9223372036854775807 bytes from 31");
    entry.size = -1;
    entry.packed = -1;
    refuses(huge.toByteArray(), "found 18446744073709551615 bytes from 31");
  }

  @Test
  void refusesADirectoryThatIsNotWhatTheEndSays() {
    refuses(two().count(3).toByteArray(), "must have the 3 entries that the end of the archive");
    refuses(two().count(1).toByteArray(), "must have the 1 entries that the end of the archive");
    refuses(two().directoryShift(-1).toByteArray(), "its directory must end at byte");
    refuses(two().directoryShift(1).toByteArray(), "its directory must end at byte");
    refuses(two().large().directoryShift(1).toByteArray(), "its directory must end at byte");
    byte[] several = two().toByteArray();
    several[several.length - 18] = 1;
    refuses(several, "an archive must lie in one file");
  }

  @Test
  void refusesAnArchiveThatIsCutOrGoesOn() {
    for (byte[] whole : new byte[][] {two().toByteArray(), two().large().toByteArray()}) {
      for (int length = 0; length < whole.length; length++) {
        refuses(Arrays.copyOf(whole, length), "x.pth: end of the archive: ");
      }
      refuses(Arrays.copyOf(whole, whole.length + 1), "x.pth: end of the archive: ");
    }
  }

  private static ZipBytes two() {
    ZipBytes zip = new ZipBytes();
    zip.add("a", FIRST);
    zip.add("b", SECOND);
    return zip;
  }

  private static byte[] content(Map<String, StoredBytes> entries, String name) {
    return Objects.requireNonNull(entries.get(name)).toArray();
  }

  private static Map<String, StoredBytes> read(byte[] zip) {
    return ZipArchive.read(StoredBytes.of(MemorySegment.ofArray(zip)), "x.pth");
  }

  private static void refuses(byte[] zip, String finding) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(zip))
        .withMessageContaining(finding);
  }
}
