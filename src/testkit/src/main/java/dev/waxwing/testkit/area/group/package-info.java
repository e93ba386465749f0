/**
 * Groups: who is in one, who may do what, and the notifications of changes; and by which of two addresses members
 * speak.
 */
@NullMarked
package dev.waxwing.testkit.area.group;

import org.jspecify.annotations.NullMarked;
