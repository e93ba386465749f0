/**
 * Keeps the application state of an account in step with its server: reads what other devices changed, sends what this
 * one changes, and asks the phone for keys. What the actions mean is the business of {@code dev.waxwing.internal.chat}.
 */
@NullMarked
package dev.waxwing.internal.sync.appstate;

import org.jspecify.annotations.NullMarked;
