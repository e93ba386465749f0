/** The media host: uploads and downloads of any size, what of them goes wrong on purpose, and expiry. */
@NullMarked
package dev.waxwing.testkit.area.media;

import org.jspecify.annotations.NullMarked;
