/**
 * Events: what happens on an account, by typed keys that carry the ecosystem's names.
 *
 * <p>Subscribe through {@link dev.waxwing.event.EventBus}; the keys are in {@link dev.waxwing.event.Events}.
 */
@NullMarked
package dev.waxwing.event;

import org.jspecify.annotations.NullMarked;
