/**
 * Who is who: a person has a phone number and a LID, stanzas name either, and the person's sessions are filed under
 * one.
 *
 * <p>Start reading at {@code LidMappings}, and at {@code PeerTransaction} for what can be done to a person's sessions:
 * whoever calls it names devices as a stanza does, and need not know under which address their state is filed.
 */
@NullMarked
package dev.waxwing.internal.address;

import org.jspecify.annotations.NullMarked;
