package puna.backend;

/// Keys and values of all layers on the device, in blocks that are named by number. It does not
/// know who owns a block.
public interface KvCache extends AutoCloseable {
  KvShape shape();

  KvLayer layer(int index);

  @Override
  void close();
}
