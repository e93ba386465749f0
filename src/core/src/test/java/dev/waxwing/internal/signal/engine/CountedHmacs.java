package dev.waxwing.internal.signal.engine;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.MacSpi;

/**
 * Counts every HMAC-SHA256 that this process computes while it is open, whoever asks for it: the JDK's, with a counter.
 */
public final class CountedHmacs implements AutoCloseable {

    private static final String NAME = "CountedHmacs";
    private static final AtomicLong COUNT = new AtomicLong();

    public CountedHmacs() {
        COUNT.set(0);
        Security.insertProviderAt(new Counting(), 1);
    }

    /** How many since the last time. */
    public long take() {
        return COUNT.getAndSet(0);
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }

    private static final class Counting extends Provider {
        private static final long serialVersionUID = 1L;

        Counting() {
            super(NAME, "1", "counts");
            put("Mac.HmacSHA256", CountingMac.class.getName());
        }
    }

    /** The JDK's own, found by name. */
    public static final class CountingMac extends MacSpi {

        private final Mac mac;

        public CountingMac() throws GeneralSecurityException {
            mac = Mac.getInstance("HmacSHA256", "SunJCE");
        }

        @Override
        protected int engineGetMacLength() {
            return mac.getMacLength();
        }

        @Override
        protected void engineInit(Key key, AlgorithmParameterSpec params)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            mac.init(key, params);
        }

        @Override
        protected void engineUpdate(byte input) {
            mac.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            mac.update(input, offset, length);
        }

        @Override
        protected byte[] engineDoFinal() {
            COUNT.incrementAndGet();
            return mac.doFinal();
        }

        @Override
        protected void engineReset() {
            mac.reset();
        }
    }
}
