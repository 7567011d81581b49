/// The chat page that the server offers to browsers: its files, and how they are sent.
@NullMarked
package puna.server.page;

import org.jspecify.annotations.NullMarked;
