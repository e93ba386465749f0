/** What a person sets and shows: profile, privacy, block list, presence and typing; and who knows whom. */
@NullMarked
package dev.waxwing.testkit.area.person;

import org.jspecify.annotations.NullMarked;
