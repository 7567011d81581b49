/// `puna bench`: what is measured, the measuring, and what is said of it.
@NullMarked
package puna.cli.bench;

import org.jspecify.annotations.NullMarked;
