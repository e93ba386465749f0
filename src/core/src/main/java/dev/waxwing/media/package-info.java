/** Files in messages: download, upload ahead of sending, and what they need: progress, limits, a cache. */
@NullMarked
package dev.waxwing.media;

import org.jspecify.annotations.NullMarked;
