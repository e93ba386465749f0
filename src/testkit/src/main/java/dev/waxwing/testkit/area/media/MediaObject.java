package dev.waxwing.testkit.area.media;

/**
 * A file on the media host.
 *
 * @param directPath where it is served, with its query
 * @param kind the part of the upload's path behind {@code /mms/}, as {@code image}; {@code newsletter-image} for one
 *     that is not encrypted
 * @param sha256 of the bytes as uploaded, in lower-case hex
 * @param length in bytes, as uploaded
 */
public record MediaObject(String directPath, String kind, String sha256, long length) {}
