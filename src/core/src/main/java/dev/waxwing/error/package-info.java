/**
 * The exception tree: one class per reaction an application can take, all below {@link
 * dev.waxwing.error.WaxwingException}.
 *
 * <p>Lives at the bottom of the layers so that no layer reaches up for a type to throw. Futures fail with these same
 * types, unwrapped. Messages and fields never hold keys or message text.
 */
@NullMarked
package dev.waxwing.error;

import org.jspecify.annotations.NullMarked;
