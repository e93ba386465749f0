/** What the actions of the application state mean: made from calls, and told as events. */
@NullMarked
package dev.waxwing.internal.chat;

import org.jspecify.annotations.NullMarked;
