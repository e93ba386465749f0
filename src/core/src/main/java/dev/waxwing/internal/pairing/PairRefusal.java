package dev.waxwing.internal.pairing;

import org.jspecify.annotations.Nullable;

/**
 * Why a pair-success is not accepted, in the terms of the error answer that the server gets. Source: peers whatsmeow
 * and whatsapp-rust.
 */
final class PairRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String text;

    private PairRefusal(int code, String text, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.text = text;
    }

    static PairRefusal malformed(String message, @Nullable Throwable cause) {
        return new PairRefusal(500, "internal-error", message, cause);
    }

    static PairRefusal hmacMismatch() {
        return new PairRefusal(
                401, "hmac-mismatch", "its HMAC does not match the secret of the QR code or pairing code", null);
    }

    static PairRefusal signatureMismatch() {
        return new PairRefusal(401, "signature-mismatch", "the account's signature does not verify", null);
    }

    /** The server is told no more than that it failed, as whatsmeow does. */
    static PairRefusal vetoed(String message, @Nullable Throwable cause) {
        return new PairRefusal(500, "internal-error", message, cause);
    }

    int code() {
        return code;
    }

    String text() {
        return text;
    }
}
