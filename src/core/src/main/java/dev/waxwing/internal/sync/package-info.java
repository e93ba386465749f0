/**
 * What the account's own phone shares with this device: its history, whose notices are kept since the phone sends them
 * once; in the rooms below, its application state.
 */
@NullMarked
package dev.waxwing.internal.sync;

import org.jspecify.annotations.NullMarked;
