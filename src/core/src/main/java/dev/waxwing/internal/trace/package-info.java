/** How long each step of a message took, where an application asks for it: {@code message.trace}. */
@NullMarked
package dev.waxwing.internal.trace;

import org.jspecify.annotations.NullMarked;
