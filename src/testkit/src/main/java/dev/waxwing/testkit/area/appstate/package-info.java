/** The application state of accounts as the server keeps it: it stores what it cannot read. */
@NullMarked
package dev.waxwing.testkit.area.appstate;

import org.jspecify.annotations.NullMarked;
