/** The area of privacy: settings, the block list, and what the service restricts the account in. */
@NullMarked
package dev.waxwing.internal.privacy;

import org.jspecify.annotations.NullMarked;
