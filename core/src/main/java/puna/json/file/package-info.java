/// JSON files that are read strictly: every refusal names the place.
@NullMarked
package puna.json.file;

import org.jspecify.annotations.NullMarked;
