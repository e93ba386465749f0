package dev.waxwing.testkit.noise;

/**
 * What a client proved and sent in its handshake, as the server learns it. The arrays are shared, not copied.
 *
 * @param clientStatic the client's static Noise key, 32 bytes, which it proved to hold
 * @param payload the encoded login or registration payload
 */
public record NoiseClientIdentity(byte[] clientStatic, byte[] payload) {

    /** Shows sizes alone. */
    @Override
    public String toString() {
        return "NoiseClientIdentity[payload=" + payload.length + " bytes]";
    }
}
