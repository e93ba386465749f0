package dev.waxwing.internal.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom TLS trusts. Whatever is chosen, the certificate must also name the host of the URI: that check cannot be turned
 * off here.
 *
 * <p>Immutable and safe on any thread; share one, since loading the platform's roots takes time.
 */
public final class TlsTrust {

    private final SSLContext context;

    private TlsTrust(SSLContext context) {
        this.context = context;
    }

    /**
     * The certificate authorities of the Java platform: the default.
     *
     * @return the trust
     */
    public static TlsTrust platform() {
        return PlatformRoots.TRUST;
    }

    /**
     * Only the given certificates and what they issued.
     *
     * @param roots at least one certificate
     * @return the trust
     * @throws IllegalArgumentException if there is none, or the platform cannot use one
     */
    public static TlsTrust certificates(X509Certificate... roots) {
        if (roots.length == 0) {
            throw new IllegalArgumentException("roots must hold at least one certificate");
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate root : List.of(roots)) {
                store.setCertificateEntry("root-" + store.size(), root);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory(factory);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("roots cannot be used as trust anchors", e);
        }
    }

    /**
     * What an initialised factory decides.
     *
     * @param factory the factory
     * @return the trust
     */
    public static TlsTrust factory(TrustManagerFactory factory) {
        return new TlsTrust(newContext(factory.getTrustManagers()));
    }

    /**
     * What a context of the application decides, client certificates included.
     *
     * @param context an initialised context
     * @return the trust
     */
    public static TlsTrust context(SSLContext context) {
        return new TlsTrust(Objects.requireNonNull(context, "context"));
    }

    /**
     * Begins TLS with a server. The engine sends the host as SNI (unless it is an address) and checks that the
     * certificate names it.
     *
     * @param host whom the certificate must name
     * @param port where it listens
     * @return a fresh engine
     */
    public SSLEngine newClientEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static SSLContext newContext(TrustManager @Nullable [] managers) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** Loaded on first use: reading the platform's roots takes tens of milliseconds. */
    private static final class PlatformRoots {
        static final TlsTrust TRUST = new TlsTrust(newContext(null));
    }
}
