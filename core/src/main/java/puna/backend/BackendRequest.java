package puna.backend;

import java.util.Optional;

/// What is asked of a back end.
///
/// @param threads of the CPU that compute; 0 for one a core
/// @param tier the fastest kernel tier of the CPU that may be used; empty for all. Who names one
///   wants the CPU: other back ends refuse
public record BackendRequest(int threads, Optional<String> tier, BatchInvariance invariance) {}
