/**
 * The cryptographic primitives of the protocol behind one small facade: X25519 and XEdDSA, HKDF, HMAC, digests, AES and
 * random bytes.
 *
 * <p>No other package touches the JDK's cipher classes, Bouncy Castle or libsignal. Every method is stateless and safe
 * on any thread unless its class says otherwise; nothing here logs.
 */
@NullMarked
package dev.waxwing.internal.crypto;

import org.jspecify.annotations.NullMarked;
