/// Four small programs, as documentation would show them.
module four {
  requires puna;

  opens four to
      puna; // which makes records of JSON
}
