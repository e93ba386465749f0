package dev.waxwing.internal.pairing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.crypto.PairingBase32;
import dev.waxwing.internal.crypto.RandomBytes;
import java.util.Locale;

/**
 * A pairing code and the phone number it is for: what an application asks for, checked.
 *
 * @param phoneNumber digits, the country code first
 * @param text the eight characters, upper case, without a dash
 */
record PairingCode(String phoneNumber, String text) {

    private static final int LENGTH = 8;
    private static final int RANDOM_BYTES = 5;

    /** E.164 allows 15 digits. The lower bound is whatsmeow's. */
    private static final int MIN_DIGITS = 7;

    private static final int MAX_DIGITS = 15;

    PairingCode {
        requirePhoneNumber(phoneNumber);
        requireNonNull(text, "code");
        text = text.length() == LENGTH ? text.toUpperCase(Locale.ROOT) : text;
        if (text.length() != LENGTH || !PairingBase32.isEncoded(text)) {
            // Not the code itself: it is a secret, also one that is not taken.
            throw new IllegalArgumentException("code must be " + LENGTH + " characters of " + PairingBase32.ALPHABET
                    + ", without a dash, but has " + text.length() + (text.length() == LENGTH ? ", and others" : ""));
        }
    }

    static PairingCode random(String phoneNumber) {
        return new PairingCode(phoneNumber, PairingBase32.encode(RandomBytes.next(RANDOM_BYTES)));
    }

    private static void requirePhoneNumber(String phoneNumber) {
        requireNonNull(phoneNumber, "phoneNumber");
        boolean digits = phoneNumber.chars().allMatch(c -> c >= '0' && c <= '9');
        boolean length = phoneNumber.length() >= MIN_DIGITS && phoneNumber.length() <= MAX_DIGITS;
        if (!digits || !length || phoneNumber.startsWith("0")) {
            throw new IllegalArgumentException("phoneNumber must be " + MIN_DIGITS + " to " + MAX_DIGITS
                    + " digits, the country code first, without +, spaces or a leading 0, for example 4915112345678, "
                    + (digits ? "but " : "but has other characters among its ")
                    + (digits && length
                            ? "begins with 0"
                            : digits ? "has " + phoneNumber.length() : phoneNumber.length()));
        }
    }

    /** Shows neither: the code links to the account. */
    @Override
    public String toString() {
        return "PairingCode[]";
    }
}
