package puna.backend;

/// Something that could compute and is not used.
///
/// @param name of a back end or of a kernel tier
/// @param reason for people, such as `the processor has no AVX2`
public record Absence(String name, String reason) {}
