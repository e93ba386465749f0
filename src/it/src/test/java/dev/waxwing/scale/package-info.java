/** Many accounts in one process: what they cost, and that none delays another. */
@NullMarked
package dev.waxwing.scale;

import org.jspecify.annotations.NullMarked;
