package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// Units of so many bytes each, such as rows, that are computed each time they are read, so that
/// nothing is held twice.
///
/// @param start the first byte of this part
/// @param size bytes of this part
public record ComputedBytes(Source source, long unitBytes, long start, long size)
    implements StoredBytes {

  /// What computes units. Called by threads at the same time.
  public interface Source {
    /// Fills `target`, which has room for one or more whole units.
    ///
    /// @param first unit
    void read(long first, MemorySegment target);

    /// The most units from `first` on that are computed in one call.
    default long atOnce(long first) {
      return Long.MAX_VALUE;
    }

    /// Units that are best computed in one call; 1 where it does not matter.
    default long together() {
      return 1;
    }
  }

  /// All units.
  public ComputedBytes(Source source, long unitBytes, long units) {
    this(source, unitBytes, 0, Math.multiplyExact(unitBytes, units));
  }

  @Override
  public void read(long from, MemorySegment target) {
    Objects.checkFromIndexSize(from, target.byteSize(), size);
    long at = start + from;
    long done = 0;
    while (done < target.byteSize()) {
      long unit = at / unitBytes;
      long inUnit = at % unitBytes;
      long left = target.byteSize() - done;
      long whole = Math.min(left / unitBytes, source.atOnce(unit)) * unitBytes;
      long count = inUnit == 0 && whole > 0 ? whole : Math.min(left, unitBytes - inUnit);
      MemorySegment part = target.asSlice(done, count);
      if (count % unitBytes == 0) {
        source.read(unit, part);
      } else {
        MemorySegment all = MemorySegment.ofArray(new byte[Math.toIntExact(unitBytes)]);
        source.read(unit, all);
        part.copyFrom(all.asSlice(inUnit, count));
      }
      at += count;
      done += count;
    }
  }

  @Override
  public StoredBytes slice(long from, long bytes) {
    Objects.checkFromIndexSize(from, bytes, size);
    return new ComputedBytes(source, unitBytes, start + from, bytes);
  }

  @Override
  public long together() {
    return source.together() * unitBytes;
  }

  /// None: they lie nowhere as they are read.
  @Override
  public Optional<MemorySegment> memory() {
    return Optional.empty();
  }
}
