/** The area of contacts: look-ups of people, the own profile, and what others change of theirs. */
@NullMarked
package dev.waxwing.internal.contact;

import org.jspecify.annotations.NullMarked;
