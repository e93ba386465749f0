/**
 * How messages reach an audience: whose devices get them, encrypted how, in what stanza. A kind of audience is one
 * {@link dev.waxwing.internal.delivery.Delivery}.
 */
@NullMarked
package dev.waxwing.internal.delivery;

import org.jspecify.annotations.NullMarked;
