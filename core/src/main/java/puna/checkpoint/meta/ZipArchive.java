package puna.checkpoint.meta;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

/// The entries of a zip archive whose bytes all lie in it as they are.
///
/// Nothing is unpacked and nothing is read twice: what the directory says must hold before each
/// entry, no two entries may share a byte, and packed ones are refused, so that no archive stands
/// for more bytes than it has.
final class ZipArchive {
  private static final long LARGEST_DIRECTORY = 4L << 20;

  private ZipArchive() {}

  /// The entries by name, in the order of the directory.
  ///
  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the archive breaks its format
  static Map<String, StoredBytes> read(StoredBytes file, String origin) {
    ZipEnd end = ZipEnd.find(file, origin);
    List<ZipEntry> directory = directory(file, end, origin);
    Map<String, StoredBytes> entries = new LinkedHashMap<>();
    for (ZipEntry entry : directory) {
      long start = entry.start(file, end.start(), origin);
      if (entries.put(entry.name(), file.slice(start, entry.size())) != null) {
        throw entry.failure(origin, "must occur once, found it twice");
      }
    }
    requireApart(file, directory, end, origin);
    return entries;
  }

  private static List<ZipEntry> directory(StoredBytes file, ZipEnd end, String origin) {
    if (end.size() > LARGEST_DIRECTORY) {
      throw failure(
          origin, "may have %s bytes at most, found %s".formatted(LARGEST_DIRECTORY, end.size()));
    }
    ByteBuffer bytes = ZipEnd.read(file, end.start(), (int) end.size());
    List<ZipEntry> entries = new ArrayList<>();
    while (bytes.hasRemaining()) {
      entries.add(ZipEntry.next(bytes, origin));
    }
    if (entries.size() != end.count()) {
      throw failure(
          origin,
          "must have the %s entries that the end of the archive says, found %s"
              .formatted(Long.toUnsignedString(end.count()), entries.size()));
    }
    return entries;
  }

  private static void requireApart(
      StoredBytes file, List<ZipEntry> directory, ZipEnd end, String origin) {
    List<ZipEntry> byPlace = new ArrayList<>(directory);
    byPlace.sort(Comparator.comparingLong(ZipEntry::header));
    for (int i = 1; i < byPlace.size(); i++) {
      ZipEntry entry = byPlace.get(i - 1);
      ZipEntry next = byPlace.get(i);
      long stop = entry.start(file, end.start(), origin) + entry.size();
      if (stop > next.header()) {
        throw next.failure(
            origin,
            "must begin behind %s, which ends at byte %s, found %s"
                .formatted(ZipEntry.excerpt(entry.name()), stop, next.header()));
      }
    }
  }

  private static ModelFormatException failure(String origin, String finding) {
    return new ModelFormatException(origin + ": directory of the archive: " + finding);
  }
}
