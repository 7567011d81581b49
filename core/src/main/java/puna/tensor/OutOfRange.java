package puna.tensor;

/// A metadata value that breaks a rule of its type. It stays as it is until somebody asks for it,
/// since most keys are never asked for.
///
/// @param rule that the value breaks, such as `must be 0 or 1`
/// @param offender the number that breaks it
/// @param found all of the value for people: a `String`, or a `List<String>` of an array's elements
public record OutOfRange(String rule, String offender, Object found) {}
