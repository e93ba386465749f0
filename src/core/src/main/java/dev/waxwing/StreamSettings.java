package dev.waxwing;

import dev.waxwing.internal.stream.BackoffPolicy;
import dev.waxwing.internal.stream.KeepAlivePolicy;
import dev.waxwing.internal.stream.StreamConfig;
import dev.waxwing.internal.stream.link.ClientProfile;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.internal.transport.ProxyConfig;
import dev.waxwing.internal.transport.TlsTrust;
import dev.waxwing.internal.transport.TransportConfig;
import java.security.cert.X509Certificate;
import java.time.Duration;

/** Translates the public configuration into that of the stream and the transport. */
final class StreamSettings {

    private StreamSettings() {}

    static StreamConfig of(SocketConfig config, WireObserver observer) {
        StreamConfig.Builder stream = StreamConfig.builder()
                .transport(transport(config))
                .profile(profile(config))
                .serverRootKey(config.noiseRootPublicKey())
                .clock(config.clock())
                .handshakeTimeout(config.connectTimeout())
                .loginTimeout(config.connectTimeout())
                .requestTimeout(config.queryTimeout())
                .keepAlive(keepAlive(config))
                .backoff(backoff(config));
        config.versionLookup().ifPresent(stream::versionLookup);
        if (config.tracePipeline()) {
            stream.wireObserver(observer);
        }
        return stream.build();
    }

    private static TransportConfig transport(SocketConfig config) {
        TransportConfig.Builder transport =
                TransportConfig.builder().uri(config.uri()).connectTimeout(config.connectTimeout());
        config.headers().forEach(transport::header);
        config.proxy().ifPresent(proxy -> transport.proxy(proxy(proxy)));
        if (!config.trustedCertificates().isEmpty()) {
            transport.trust(TlsTrust.certificates(config.trustedCertificates().toArray(X509Certificate[]::new)));
        }
        return transport.build();
    }

    private static ProxyConfig proxy(Proxy proxy) {
        String host = proxy.address().getHostString();
        int port = proxy.address().getPort();
        ProxyConfig plain =
                proxy.kind() == Proxy.Kind.HTTP ? ProxyConfig.http(host, port) : ProxyConfig.socks5(host, port);
        return proxy.credentials()
                .map(credentials -> plain.withCredentials(credentials.user(), credentials.password()))
                .orElse(plain);
    }

    private static ClientProfile profile(SocketConfig config) {
        return new ClientProfile(
                config.version(),
                config.browser().os(),
                config.browser().platform().browserName(),
                false,
                ClientProfile.DEFAULT_HISTORY,
                "en",
                "US");
    }

    private static KeepAlivePolicy keepAlive(SocketConfig config) {
        Duration longest = config.keepAliveInterval();
        return new KeepAlivePolicy(longest.multipliedBy(4).dividedBy(5), longest, config.keepAliveTimeout());
    }

    private static BackoffPolicy backoff(SocketConfig config) {
        BackoffPolicy policy = BackoffPolicy.DEFAULT;
        return new BackoffPolicy(
                policy.unit(), config.maxReconnectDelay(), policy.jitter(), policy.longSteps(), policy.stableAfter());
    }
}
