/** Status posts: what is shown for a day to whom the account lets see it. */
@NullMarked
package dev.waxwing.status;

import org.jspecify.annotations.NullMarked;
