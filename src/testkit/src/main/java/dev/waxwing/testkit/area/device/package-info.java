/** The devices of accounts: who has which, the keys to start sessions with them, and the notices of changes. */
@NullMarked
package dev.waxwing.testkit.area.device;

import org.jspecify.annotations.NullMarked;
