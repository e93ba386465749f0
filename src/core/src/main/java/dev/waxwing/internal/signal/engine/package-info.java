/**
 * One pairwise session: how it starts, and how a message is encrypted and decrypted in it. Everything behind
 * {@code SessionEngine} works on a session's record as libsignal writes it; libsignal is seen nowhere outside, save for the
 * curve in {@code internal.crypto}, so that another engine can stand in.
 *
 * <p>Start reading at {@code SessionEngine} and {@code LibsignalEngine}.
 */
@NullMarked
package dev.waxwing.internal.signal.engine;

import org.jspecify.annotations.NullMarked;
