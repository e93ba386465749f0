/** The area of status posts. Which devices get one is the business of {@code internal.delivery}. */
@NullMarked
package dev.waxwing.internal.status;

import org.jspecify.annotations.NullMarked;
