package puna.x64.code;

import puna.x64.asm.Assembler;

/// One routine's machine code, without the frame around it.
///
/// The body finds its only argument, the address of an argument struct (`ArgumentLayout`), in RDI.
/// It may use every register but RSP, and ends by running off its end: it must not return itself.
public interface Emitter {
  /// The routine's name, by which a `RoutineLibrary` finds it.
  String name();

  /// Emits the body.
  void emit(Assembler asm);
}
