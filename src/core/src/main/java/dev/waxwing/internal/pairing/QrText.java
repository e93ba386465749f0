package dev.waxwing.internal.pairing;

import dev.waxwing.internal.account.Credentials;
import java.util.Base64;

/**
 * The text inside the QR code: an address that phones open in the app, and five fields. Source: peers Baileys and
 * whatsmeow.
 */
final class QrText {

    private static final String PREFIX = "https://wa.me/settings/linked_devices#";

    private QrText() {}

    /**
     * @param ref the server's reference, opaque
     * @param clientDigit the kind of client, which must fit what the registration announced
     */
    static String of(String ref, Credentials own, String clientDigit) {
        Base64.Encoder base64 = Base64.getEncoder();
        return PREFIX
                + String.join(
                        ",",
                        ref,
                        base64.encodeToString(own.noiseKey().publicKey()),
                        base64.encodeToString(own.identityKey().publicKey()),
                        base64.encodeToString(own.advSecret()),
                        clientDigit);
    }
}
