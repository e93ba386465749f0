/**
 * The pure ratchet and key store: credentials, pre-keys, pairwise sessions, sender keys, and the signatures that tie a device to its account. Nothing
 * here talks to the server.
 *
 * <p>Terms are those of the Signal specifications ("The X3DH Key Agreement Protocol", "The Double Ratchet Algorithm") and, for the device identity
 * (ADV), of the service; wire facts are observed and agreed on by all peers unless a comment says otherwise. libsignal does the pairwise ratchet and is
 * seen nowhere outside, so that another engine can stand in.
 */
@NullMarked
package dev.waxwing.internal.signal;

import org.jspecify.annotations.NullMarked;
