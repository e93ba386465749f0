package dev.waxwing.internal.crypto;

import org.bouncycastle.math.ec.rfc7748.X25519;

/** The curve by Bouncy Castle, on every platform that Java runs on. */
final class PortableCurve implements CurveOperations {

    @Override
    public byte[] agree(byte[] privateKey, byte[] publicKey) {
        byte[] shared = new byte[Curve25519.KEY_BYTES];
        X25519.calculateAgreement(privateKey, 0, publicKey, 0, shared, 0);
        return shared;
    }

    @Override
    public byte[] sign(byte[] privateKey, byte[] message) {
        return XEdDsa.sign(privateKey, message, RandomBytes.next(XEdDsa.RANDOM_BYTES));
    }
}
