/**
 * What has come and waits for the application: kept in the transaction that decrypted it, read in batches, each message
 * once for each cursor; and what came but could not be read.
 *
 * <p>Start reading at {@link dev.waxwing.internal.inbox.Inbox}.
 */
@NullMarked
package dev.waxwing.internal.inbox;

import org.jspecify.annotations.NullMarked;
