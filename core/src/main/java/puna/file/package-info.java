/// Files of a model that are open: read by place, mapped, watched for changes.
@NullMarked
package puna.file;

import org.jspecify.annotations.NullMarked;
