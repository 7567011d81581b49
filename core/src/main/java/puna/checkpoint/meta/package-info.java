/// Checkpoints as Meta publishes them: `consolidated.NN.pth`, one for each part of a model that was
/// cut for several devices, and `params.json`.
@NullMarked
package puna.checkpoint.meta;

import org.jspecify.annotations.NullMarked;
