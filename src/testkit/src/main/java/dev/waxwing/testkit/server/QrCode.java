package dev.waxwing.testkit.server;

import java.util.Base64;

/**
 * What a client shows to be linked.
 *
 * @param ref the server's ref, opaque
 * @param noiseKey the client's static Noise key, 32 bytes
 * @param identity its identity key, 32 bytes
 * @param advSecret the secret that authenticates pair-success, 32 bytes
 */
record QrCode(String ref, byte[] noiseKey, byte[] identity, byte[] advSecret) {

    private static final int KEY_BYTES = 32;

    /**
     * Reads the text of a code: a link up to {@code #}, which may be missing, then {@code
     * ref,noise,identity,secret[,client]}.
     *
     * @throws ScanRefusedException if it is nothing of the kind
     */
    static QrCode parse(String text) {
        String[] fields = text.strip().substring(text.strip().indexOf('#') + 1).split(",", -1);
        if (fields.length < 4 || fields.length > 5) {
            throw new ScanRefusedException(400, "expected 4 or 5 fields but got " + fields.length);
        }
        return new QrCode(
                fields[0], key("Noise key", fields[1]), key("identity key", fields[2]), key("ADV secret", fields[3]));
    }

    private static byte[] key(String name, String base64) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new ScanRefusedException(400, "the " + name + " is not base64");
        }
        if (key.length != KEY_BYTES) {
            throw new ScanRefusedException(400, "the " + name + " has " + key.length + " bytes");
        }
        return key;
    }

    @Override
    public String toString() {
        return "QrCode[" + ref + "]";
    }
}
