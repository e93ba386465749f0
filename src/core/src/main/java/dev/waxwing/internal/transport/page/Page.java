package dev.waxwing.internal.transport.page;

import java.net.URI;

/**
 * What was read.
 *
 * @param uri where it was in the end
 * @param contentType value of the header, empty if there was none
 * @param body the beginning of it; shared, not copied
 * @param isWhole whether that is all of it
 */
public record Page(URI uri, String contentType, byte[] body, boolean isWhole) {}
