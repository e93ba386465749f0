package dev.waxwing.testkit.http;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A certificate authority and a leaf for the loopback names, both P-256 and made for one server. */
public final class TlsIdentity {

    private static final Duration VALIDITY = Duration.ofDays(30);

    private final X509Bundle authority;
    private final SslContext context;

    private TlsIdentity(X509Bundle authority, SslContext context) {
        this.authority = authority;
        this.context = context;
    }

    /**
     * Makes both certificates.
     *
     * @param extraNames DNS names beside {@code localhost}, {@code 127.0.0.1} and {@code ::1}, for clients redirected
     *     by a dialer
     * @return an authority and a certificate under it
     */
    public static TlsIdentity generate(List<String> extraNames) {
        // Not the server's clock: TLS libraries judge by the machine's.
        Instant now = Instant.now();
        CertificateBuilder common = new CertificateBuilder()
                .ecp256()
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(VALIDITY));
        try {
            X509Bundle authority = common.copy()
                    .subject("CN=Waxwing loopback CA")
                    .setIsCertificateAuthority(true)
                    .setKeyUsage(
                            true, CertificateBuilder.KeyUsage.keyCertSign, CertificateBuilder.KeyUsage.digitalSignature)
                    .buildSelfSigned();
            CertificateBuilder leaf = common.copy()
                    .subject("CN=localhost")
                    .setKeyUsage(true, CertificateBuilder.KeyUsage.digitalSignature)
                    .addExtendedKeyUsageServerAuth()
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .addSanIpAddress("::1");
            extraNames.forEach(leaf::addSanDnsName);
            X509Bundle server = leaf.buildIssuedBy(authority);
            return new TlsIdentity(authority, contextOf(server));
        } catch (Exception e) {
            // The builder declares Exception; nothing here depends on input but the extra names.
            throw new IllegalStateException("cannot make the loopback certificates", e);
        }
    }

    private static SslContext contextOf(X509Bundle server) throws Exception {
        return SslContextBuilder.forServer(server.getKeyPair().getPrivate(), server.getCertificatePath())
                .sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    /**
     * The server's side of TLS.
     *
     * @return for all connections
     */
    public SslContext context() {
        return context;
    }

    /**
     * What clients must trust.
     *
     * @return the authority's certificate
     */
    public X509Certificate authority() {
        return authority.getCertificate();
    }

    /**
     * What clients must trust.
     *
     * @return the authority's certificate, in PEM
     */
    public String authorityPem() {
        return authority.getCertificatePEM();
    }
}
