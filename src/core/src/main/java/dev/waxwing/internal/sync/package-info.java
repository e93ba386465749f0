/**
 * What the account's own phone shares with this device: its app state and its history. So far what linking brings is
 * kept: the phone sends it once, and it must be there when app state and history are read.
 */
@NullMarked
package dev.waxwing.internal.sync;

import org.jspecify.annotations.NullMarked;
