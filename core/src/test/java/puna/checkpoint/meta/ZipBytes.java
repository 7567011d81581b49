package puna.checkpoint.meta;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes a zip archive whose every field a test may set wrongly.
final class ZipBytes {
  private final List<Entry> entries = new ArrayList<>();
  private boolean isLarge;
  private int count = -1;
  private int directoryShift;

  /// One entry; what is not set is as it should be.
  static final class Entry {
    final String name;
    final byte[] content;
    String localName;
    int method;
    int flags;
    long size;
    long packed;
    long localSize;
    long header = -1;

    Entry(String name, byte[] content) {
      this.name = name;
      this.localName = name;
      this.content = content;
      this.size = content.length;
      this.packed = content.length;
      this.localSize = content.length;
    }
  }

  Entry add(String name, byte[] content) {
    Entry entry = new Entry(name, content);
    entries.add(entry);
    return entry;
  }

  ZipBytes large() {
    isLarge = true;
    return this;
  }

  ZipBytes count(int wrong) {
    count = wrong;
    return this;
  }

  ZipBytes directoryShift(int wrong) {
    directoryShift = wrong;
    return this;
  }

  byte[] toByteArray() {
    Fields out = new Fields();
    for (Entry entry : entries) {
      if (entry.header < 0) {
        entry.header = out.size();
      }
      byte[] name = entry.localName.getBytes(StandardCharsets.UTF_8);
      out.int32(0x04034b50).int16(0, entry.flags, entry.method).int32(0, 0);
      out.int32(entry.localSize, entry.localSize).int16(name.length, 0).bytes(name);
      out.bytes(entry.content);
    }
    long start = out.size();
    entries.forEach(entry -> writeDirectory(out, entry));
    writeEnd(out, start + directoryShift, out.size() - start);
    return out.toByteArray();
  }

  private void writeDirectory(Fields out, Entry entry) {
    byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
    out.int32(0x02014b50, 0).int16(entry.flags, entry.method).int32(0, 0);
    out.int32(isLarge ? -1 : entry.packed, isLarge ? -1 : entry.size);
    out.int16(name.length, isLarge ? 28 : 0, 0, 0, 0).int32(0);
    out.int32(isLarge ? -1 : entry.header).bytes(name);
    if (isLarge) {
      out.int16(1, 24).int64(entry.size, entry.packed, entry.header);
    }
  }

  private void writeEnd(Fields out, long start, long size) {
    int number = count < 0 ? entries.size() : count;
    long place = out.size();
    if (isLarge) {
      out.int32(0x06064b50).int64(44).int32(0, 0, 0).int64(number, number, size, start);
      out.int32(0x07064b50, 0).int64(place).int32(1);
    }
    int shown = isLarge ? -1 : number;
    out.int32(0x06054b50, 0).int16(shown, shown);
    out.int32(isLarge ? -1 : size, isLarge ? -1 : start).int16(0);
  }

  /// Little-endian fields one after the other.
  private static final class Fields {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Fields int16(long... values) {
      return write(2, values);
    }

    Fields int32(long... values) {
      return write(4, values);
    }

    Fields int64(long... values) {
      return write(8, values);
    }

    Fields bytes(byte[] values) {
      out.writeBytes(values);
      return this;
    }

    private Fields write(int bytes, long... values) {
      for (long value : values) {
        for (int i = 0; i < bytes; i++) {
          out.write((int) (value >>> (8 * i)));
        }
      }
      return this;
    }

    int size() {
      return out.size();
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}
