/** Time that tests move. */
@NullMarked
package dev.waxwing.time;

import org.jspecify.annotations.NullMarked;
