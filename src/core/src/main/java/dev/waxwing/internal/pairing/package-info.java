/** Linking this device to an account: the QR code, and the proof that the phone scanned it. */
@NullMarked
package dev.waxwing.internal.pairing;

import org.jspecify.annotations.NullMarked;
