package dev.waxwing.testkit.area.media;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that is coming in, whole so far from its beginning. */
final class Upload {

    private static final int PIECE = 1 << 16;

    private final String sha256;
    private final MediaFile file = new MediaFile();
    private MessageDigest digest = newDigest();

    /** @param sha256 what the whole of it is announced to hash to, in hex */
    Upload(String sha256) {
        this.sha256 = sha256;
    }

    String sha256() {
        return sha256;
    }

    MediaFile file() {
        return file;
    }

    void append(byte[] piece) {
        file.append(piece);
        digest.update(piece);
    }

    /** Forgets what came from a place on. */
    void goBackTo(long offset) {
        if (offset == file.length()) {
            return;
        }
        file.cutTo(offset);
        digest = newDigest();
        for (long at = 0; at < file.length(); ) {
            byte[] piece = file.read(at, PIECE);
            digest.update(piece);
            at += piece.length;
        }
    }

    /** Ends it; nothing may be appended any more. */
    boolean isAsAnnounced() {
        return HexFormat.of().formatHex(digest.digest()).equals(sha256);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
