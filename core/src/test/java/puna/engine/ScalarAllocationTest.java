package puna.engine;

/// Only on the scalar tier: on vectors, objects that the compiler leaves out are there until it has
/// compiled the loop.
class ScalarAllocationTest extends AllocationContract {
  ScalarAllocationTest() {
    super("scalar");
  }
}
