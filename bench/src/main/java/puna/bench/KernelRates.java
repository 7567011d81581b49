package puna.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What a kernel moved and computed; JMH prints both a second.
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class KernelRates {
  /// Gigabytes of weights, or of keys and values, read once.
  public double gigabytes;

  /// 10^9 multiplications and additions.
  public double gigaflop;
}
