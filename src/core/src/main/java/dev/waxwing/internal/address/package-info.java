/**
 * Who is who: a person has a phone number and a LID, stanzas name either, and the person's sessions are filed under one.
 *
 * <p>Start reading at {@code LidMappings}.
 */
@NullMarked
package dev.waxwing.internal.address;

import org.jspecify.annotations.NullMarked;
