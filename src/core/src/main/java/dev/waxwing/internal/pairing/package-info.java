/** Linking this device to an account: QR codes, pairing codes, and the phone's proof that it knows one. */
@NullMarked
package dev.waxwing.internal.pairing;

import org.jspecify.annotations.NullMarked;
