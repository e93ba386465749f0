package dev.waxwing.internal.crypto;

/**
 * The two operations on the curve for which a native library may stand in. Keys have been checked for their length.
 * Thread-safe.
 */
interface CurveOperations {

    /**
     * The X25519 function.
     *
     * @param privateKey 32 bytes, clamped or not
     * @param publicKey 32 bytes
     * @return 32 bytes; all zero for a point of low order
     */
    byte[] agree(byte[] privateKey, byte[] publicKey);

    /**
     * Signs with XEdDSA, with fresh randomness.
     *
     * @param privateKey 32 bytes, clamped or not
     * @param message any bytes
     * @return 64 bytes
     */
    byte[] sign(byte[] privateKey, byte[] message);

    /**
     * Chooses for this process.
     *
     * @return libsignal's native code if it is on the class path and loads, else Bouncy Castle
     */
    static CurveOperations best() {
        try {
            NativeCurve curve = new NativeCurve();
            if (curve.works()) {
                return curve;
            }
        } catch (LinkageError | RuntimeException e) {
            // Absent, of a version that has other classes, or without code for this platform: no news, that is usual.
        }
        return new PortableCurve();
    }
}
