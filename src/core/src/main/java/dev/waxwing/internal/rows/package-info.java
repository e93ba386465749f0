/**
 * Rows of messages in the account's store: how they are numbered, read back and removed.
 */
@NullMarked
package dev.waxwing.internal.rows;

import org.jspecify.annotations.NullMarked;
