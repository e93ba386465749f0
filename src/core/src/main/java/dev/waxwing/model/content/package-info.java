/** What an application can send: one file for each kind of content, and what every kind can have beside it. */
@NullMarked
package dev.waxwing.model.content;

import org.jspecify.annotations.NullMarked;
