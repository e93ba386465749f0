/**
 * Messages that could not be read: retry receipts in both directions, and requests to the own phone.
 *
 * <p>Start reading at {@link dev.waxwing.internal.retry.RetryManager}.
 */
@NullMarked
package dev.waxwing.internal.retry;

import org.jspecify.annotations.NullMarked;
