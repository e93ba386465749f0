/**
 * The pure ratchets: pairwise sessions and sender keys. Nothing here talks to the server, and nothing here knows that a
 * person has two addresses: {@code internal.address} does, and is what the layers above use.
 *
 * <p>Terms are those of the Signal specifications ("The X3DH Key Agreement Protocol", "The Double Ratchet Algorithm");
 * wire facts are observed and agreed on by all peers unless a comment says otherwise. What happens inside one session
 * is the business of {@code signal.engine}.
 */
@NullMarked
package dev.waxwing.internal.signal;

import org.jspecify.annotations.NullMarked;
