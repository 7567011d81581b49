package puna;

class ScalarCodeFoldersTest extends CodeFoldersContract {
  ScalarCodeFoldersTest() {
    super(KernelTier.SCALAR);
  }
}
