/**
 * One pairwise session: how it starts, and how a message is encrypted and decrypted in it. Everything behind
 * {@code SessionEngine} works on a session's record as libsignal 0.23.1 writes it; another engine can stand in, and in
 * the tests libsignal itself does, which every step is compared with.
 *
 * <p>Start reading at {@code SessionEngine}, {@code RatchetEngine} and {@code Session}.
 */
@NullMarked
package dev.waxwing.internal.signal.engine;

import org.jspecify.annotations.NullMarked;
