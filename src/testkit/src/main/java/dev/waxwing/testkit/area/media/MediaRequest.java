package dev.waxwing.testkit.area.media;

import java.util.Optional;

/**
 * A request that the media host has answered or that broke off.
 *
 * @param kind what the client wanted
 * @param host by what name it called the server
 * @param path without the query
 * @param range value of the header {@code Range}, if there was one
 * @param offset {@code file_offset} of an upload, else 0
 * @param bodyBytes how many bytes of an upload came, else 0
 * @param status of the answer; 0 if there was none
 */
public record MediaRequest(
        MediaMatch.Kind kind,
        String host,
        String path,
        Optional<String> range,
        long offset,
        long bodyBytes,
        int status) {}
