/** People: whether they are on the service, and what they and this account show of themselves. */
@NullMarked
package dev.waxwing.contact;

import org.jspecify.annotations.NullMarked;
