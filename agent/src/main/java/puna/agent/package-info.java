/// An agent: a model that uses tools until it knows the answer.
@NullMarked
package puna.agent;

import org.jspecify.annotations.NullMarked;
