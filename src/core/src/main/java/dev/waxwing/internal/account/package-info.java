/** Who this account is. */
@NullMarked
package dev.waxwing.internal.account;

import org.jspecify.annotations.NullMarked;
