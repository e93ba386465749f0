package dev.waxwing.internal.media.format;

import java.nio.file.Path;

/**
 * A file ready to be uploaded.
 *
 * @param path where its encrypted form lies
 * @param length length of the encrypted form, in bytes
 * @param plainLength length of the file itself, in bytes
 * @param sha256 hash of the file itself
 * @param encSha256 hash of the encrypted form with its MAC
 * @param sidecar authenticates it piece by piece; empty if that was not asked for
 */
public record EncryptedFile(Path path, long length, long plainLength, byte[] sha256, byte[] encSha256, byte[] sidecar) {

    /** Shows the lengths. */
    @Override
    public String toString() {
        return "EncryptedFile[" + plainLength + " bytes]";
    }
}
