/// The `puna` command: the only place with stdout, exit codes and `main`.
@NullMarked
package puna.cli;

import org.jspecify.annotations.NullMarked;
