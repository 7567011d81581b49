/// What every command is made of: its console and texts, the options that many have, its exit codes
/// and failures.
@NullMarked
package puna.cli.command;

import org.jspecify.annotations.NullMarked;
