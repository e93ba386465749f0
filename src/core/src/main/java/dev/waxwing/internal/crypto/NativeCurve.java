package dev.waxwing.internal.crypto;

import java.util.Arrays;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.ecc.Curve;

/**
 * The curve by libsignal's native code, where an application has put {@code org.signal:libsignal-client} beside this
 * library: faster, and no more than that. The one class that names it. It answers zeros for a point of low order, and
 * verifies more laxly than allowed here, so it does not verify (both observed with {@code xeddsa.json}).
 */
final class NativeCurve implements CurveOperations {

    /** Tries it, for a library may load and be of no use. */
    boolean works() {
        KeyPair one = Curve25519.fromPrivate(RandomBytes.next(Curve25519.KEY_BYTES));
        KeyPair other = Curve25519.fromPrivate(RandomBytes.next(Curve25519.KEY_BYTES));
        byte[] message = {1};
        return Arrays.equals(agree(one.privateKey(), other.publicKey()), agree(other.privateKey(), one.publicKey()))
                && Curve25519.verify(one.publicKey(), message, sign(one.privateKey(), message));
    }

    @Override
    public byte[] agree(byte[] privateKey, byte[] publicKey) {
        try {
            return Curve.calculateAgreement(
                    Curve.decodePoint(PublicKeys.typed(publicKey), 0), Curve.decodePrivatePoint(privateKey));
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("a key of 32 bytes is not usable", e);
        }
    }

    @Override
    public byte[] sign(byte[] privateKey, byte[] message) {
        try {
            return Curve.calculateSignature(Curve.decodePrivatePoint(privateKey), message);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("privateKey is not a usable X25519 private key", e);
        }
    }
}
