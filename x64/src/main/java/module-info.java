/// The kernel tier of machine code for x86-64, emitted from Java.
module puna.x64 {
  requires puna;
  requires static org.jspecify;

  exports puna.x64 to
      puna.bench;

  provides puna.backend.cpu.TierFactory with
      puna.x64.X64TierFactory;
}
