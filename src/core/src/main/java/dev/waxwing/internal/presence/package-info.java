/** The area of presence and chat states. */
@NullMarked
package dev.waxwing.internal.presence;

import org.jspecify.annotations.NullMarked;
