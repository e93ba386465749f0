package dev.waxwing.internal.transport.page;

import java.net.URI;
import java.time.Duration;

/**
 * What is to be read.
 *
 * @param uri where it is
 * @param accept value of the header {@code Accept}: a type, or what types begin with up to the slash, then a star; others
 *     are not read
 * @param maxBytes how much of it is read
 * @param timeout how long it may take, redirects included
 */
public record PageRequest(URI uri, String accept, int maxBytes, Duration timeout) {

    PageRequest at(URI elsewhere) {
        return new PageRequest(elsewhere, accept, maxBytes, timeout);
    }

    boolean accepts(String contentType) {
        String wanted = accept.endsWith("*") ? accept.substring(0, accept.length() - 1) : accept;
        return contentType.regionMatches(true, 0, wanted, 0, wanted.length());
    }
}
