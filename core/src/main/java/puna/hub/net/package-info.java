/// What speaks HTTP with a hub of models: its listings, and downloads that go on where they ended.
@NullMarked
package puna.hub.net;

import org.jspecify.annotations.NullMarked;
