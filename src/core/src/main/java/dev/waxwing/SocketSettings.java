package dev.waxwing;

import dev.waxwing.group.GroupMetadataCache;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.group.MemoryGroupMetadata;
import dev.waxwing.internal.media.MediaPolicy;
import dev.waxwing.internal.media.MemoryMediaCache;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.pairing.LinkingPolicy;
import dev.waxwing.internal.receipt.ReceiptPolicy;
import dev.waxwing.internal.retry.RetryPolicy;
import dev.waxwing.internal.runtime.AccountSettings;
import dev.waxwing.internal.runtime.WatchedStore;
import dev.waxwing.internal.stream.BackoffPolicy;
import dev.waxwing.internal.stream.KeepAlivePolicy;
import dev.waxwing.internal.stream.StreamConfig;
import dev.waxwing.internal.stream.link.ClientProfile;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.ProxyConfig;
import dev.waxwing.internal.transport.TlsTrust;
import dev.waxwing.internal.transport.TransportConfig;
import dev.waxwing.media.MediaCache;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.store.UserDevicesCache;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Translates the public configuration into the terms of the rooms that act on it. The one place that reads its fields.
 */
final class SocketSettings implements AccountSettings {

    private final SocketConfig.Builder config;
    private final WatchedStore store;
    private final ConnectionConfig connection;
    private final LinkingConfig linking;
    private final SendingConfig sending;
    private final ReceivingConfig receiving;

    SocketSettings(SocketConfig frozen) {
        config = frozen.values;
        store = new WatchedStore(config.requiredStore());
        connection = config.connection;
        linking = config.linking;
        sending = config.sending;
        receiving = config.receiving;
    }

    @Override
    public WatchedStore store() {
        return store;
    }

    @Override
    public Clock clock() {
        return config.clock;
    }

    @Override
    public Optional<String> pushName() {
        return Optional.ofNullable(linking.pushName);
    }

    @Override
    public boolean markOnlineOnConnect() {
        return config.markOnlineOnConnect;
    }

    @Override
    public IdentityPolicy identityPolicy() {
        return config.identityPolicy;
    }

    @Override
    public boolean tracePipeline() {
        return config.tracePipeline;
    }

    @Override
    public AccountThreads takeThreads() {
        AccountThreads.Builder threads = AccountThreads.builder();
        if (config.runtime != null) {
            threads.shared(config.runtime.threads());
        }
        if (config.executor != null) {
            threads.executor(config.executor);
        }
        return threads.build();
    }

    @Override
    public boolean isProxied() {
        return connection.proxy != null;
    }

    @Override
    public UserDevicesCache userDevicesCache() {
        return sending.userDevicesCache != null
                ? sending.userDevicesCache
                : Waxwing.userDevicesOf(config.runtime).ofAccount(sending.userDevicesCacheTtl);
    }

    @Override
    public GroupMetadataCache groupMetadataCache() {
        GroupsConfig groups = config.groups;
        return groups.cachedGroupMetadata != null
                ? groups.cachedGroupMetadata
                : new MemoryGroupMetadata(groups.metadataMembers, groups.metadataTtl);
    }

    @Override
    public MediaPolicy mediaPolicy() {
        MediaConfig media = config.media;
        MediaCache cache = media.cache != null
                ? media.cache
                : media.rememberedUploads == 0 ? null : new MemoryMediaCache(media.rememberedUploads, media.uploadAge);
        return new MediaPolicy(
                transport(),
                media.idleTimeout,
                media.transferTimeout,
                media.transfersAtOnce,
                media.maxBytes,
                media.maxInMemory,
                media.askPhone ? media.reuploadTimeout : null,
                media.folder,
                media.otherHosts,
                cache);
    }

    @Override
    public LinkingPolicy linkingPolicy() {
        return new LinkingPolicy(
                linking.browser.platform().qrDigit(),
                linking.browser.pairingName(),
                linking.firstQrTimeout,
                linking.nextQrTimeout,
                linking.pairingCodeTimeout,
                linking.acceptLink);
    }

    @Override
    public SendPolicy sendPolicy() {
        return new SendPolicy(sending.timeout, sending.ackTimeout, sending.outboxLimit, sending.outboxExpiry);
    }

    @Override
    public ReceiptPolicy receiptPolicy(Availability availability) {
        return new ReceiptPolicy(availability, receiving.readReceipts, sending.timeout);
    }

    @Override
    public RetryPolicy retryPolicy() {
        return new RetryPolicy(receiving.maxRetries, receiving.getMessage, receiving.placeholderResendDelay);
    }

    @Override
    public IntFunction<Optional<Duration>> listenerPauses() {
        return receiving.listenerRetry::pauseAfter;
    }

    @Override
    public StreamConfig stream(WireObserver observer) {
        StreamConfig.Builder stream = StreamConfig.builder()
                .transport(transport())
                .profile(profile())
                .clock(config.clock)
                .handshakeTimeout(connection.connectTimeout)
                .loginTimeout(connection.connectTimeout)
                .requestTimeout(connection.queryTimeout)
                .keepAlive(keepAlive())
                .backoff(backoff());
        if (connection.noiseRootPublicKey != null) {
            stream.serverRootKey(connection.noiseRootPublicKey);
        }
        if (connection.versionLookup != null) {
            stream.versionLookup(connection.versionLookup);
        }
        if (config.tracePipeline) {
            stream.wireObserver(observer);
        }
        return stream.build();
    }

    private TransportConfig transport() {
        TransportConfig.Builder transport = TransportConfig.builder().connectTimeout(connection.connectTimeout);
        if (connection.uri != null) {
            transport.uri(connection.uri);
        }
        connection.headers.forEach(transport::header);
        if (connection.proxy != null) {
            transport.proxy(proxy(connection.proxy));
        }
        if (!connection.trustedCertificates.isEmpty()) {
            transport.trust(TlsTrust.certificates(connection.trustedCertificates.toArray(X509Certificate[]::new)));
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

    private ClientProfile profile() {
        return new ClientProfile(
                connection.version,
                linking.browser.os(),
                linking.browser.platform().browserName(),
                false,
                ClientProfile.DEFAULT_HISTORY,
                "en",
                "US");
    }

    private KeepAlivePolicy keepAlive() {
        Duration longest = connection.keepAliveInterval;
        return new KeepAlivePolicy(longest.multipliedBy(4).dividedBy(5), longest, connection.keepAliveTimeout);
    }

    private BackoffPolicy backoff() {
        BackoffPolicy policy = BackoffPolicy.DEFAULT;
        Duration longest = connection.maxReconnectDelay;
        return new BackoffPolicy(
                policy.unit().compareTo(longest) < 0 ? policy.unit() : longest,
                longest,
                policy.jitter(),
                policy.longSteps(),
                policy.stableAfter());
    }
}
