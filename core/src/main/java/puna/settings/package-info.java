/// The only place that reads system properties and environment variables.
@NullMarked
package puna.settings;

import org.jspecify.annotations.NullMarked;
