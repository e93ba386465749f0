/** Receipts: those owed for what was received, those that the application sends, and those that arrive. */
@NullMarked
package dev.waxwing.internal.receipt;

import org.jspecify.annotations.NullMarked;
