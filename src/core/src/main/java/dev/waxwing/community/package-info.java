/** Communities: groups of groups. Members, settings and invitations are those of {@code dev.waxwing.group}. */
@NullMarked
package dev.waxwing.community;

import org.jspecify.annotations.NullMarked;
