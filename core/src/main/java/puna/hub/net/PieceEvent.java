package puna.hub.net;

/// What a connection tells the thread that watches it.
sealed interface PieceEvent {
  /// Its server answers with pieces: others may be asked for beside it.
  record Ranges() implements PieceEvent {}

  /// A piece is there.
  record Done(int piece) implements PieceEvent {}

  /// No piece is left for it.
  record Ended() implements PieceEvent {}

  /// The download cannot go on.
  record Failed(Throwable failure) implements PieceEvent {}
}
