package puna.model;

class ScalarBlockCopyTest extends BlockCopyContract {
  ScalarBlockCopyTest() {
    super("scalar");
  }
}
