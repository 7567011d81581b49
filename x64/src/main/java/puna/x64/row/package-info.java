/// Rows of float32, a vector of lanes at a time: the loops between products (norm, rotation, gate,
/// sum, store to the cache), and the lanes and the exponential that other emitters share.
///
/// It sees the assembler and the routines.
@NullMarked
package puna.x64.row;

import org.jspecify.annotations.NullMarked;
