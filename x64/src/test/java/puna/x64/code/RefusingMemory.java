package puna.x64.code;

/// A system that refuses everything.
public final class RefusingMemory implements SystemMemory {
  @Override
  public long map(long bytes) {
    throw new RefusedException("mapping is refused");
  }

  @Override
  public void makeExecutable(long address, long bytes) {
    throw new RefusedException("execution is refused");
  }

  @Override
  public void unmap(long address, long bytes) {}

  @Override
  public boolean adviseHuge(long address, long bytes) {
    return false;
  }
}
