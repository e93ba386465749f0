/** The loopback server's HTTP endpoint below {@code /admin}, for tests in other processes and languages. */
@NullMarked
package dev.waxwing.testkit.admin;

import org.jspecify.annotations.NullMarked;
