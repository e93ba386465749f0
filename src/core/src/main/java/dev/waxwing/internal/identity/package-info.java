/** The calls about identities: start reading at {@code IdentityArea}. The rule itself is in {@code internal.signal}. */
@NullMarked
package dev.waxwing.internal.identity;

import org.jspecify.annotations.NullMarked;
