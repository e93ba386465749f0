/** The event bus behind {@code dev.waxwing.event}: one lane per listener, so that none waits for another. */
@NullMarked
package dev.waxwing.internal.event;

import org.jspecify.annotations.NullMarked;
