/** Groups: who is in them and how they are set, as far as the server tells. */
@NullMarked
package dev.waxwing.internal.group;

import org.jspecify.annotations.NullMarked;
