package dev.waxwing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.store.MemoryStore;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration: what it refuses and in which words, and that a frozen one does not change. */
final class SocketConfigTest {

    private static final Duration HUGE = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final Duration TINY = Duration.ofNanos(1);

    private static final List<Class<?>> PARTS = List.of(
            SocketConfig.Builder.class,
            ConnectionConfig.class,
            LinkingConfig.class,
            SendingConfig.class,
            ReceivingConfig.class,
            GroupsConfig.class,
            MediaConfig.class);

    /** Setters without a value that could be wrong. */
    private static final Set<String> ALWAYS_RIGHT =
            Set.of("markOnlineOnConnect", "tracePipeline", "readReceipts", "askPhone");

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                top("store", "store", builder -> builder.store(null)),
                top("connection", "connection", builder -> builder.connection(null)),
                top("linking", "linking", builder -> builder.linking(null)),
                top("sending", "sending", builder -> builder.sending(null)),
                top("receiving", "receiving", builder -> builder.receiving(null)),
                top("groups", "groups", builder -> builder.groups(null)),
                top("cachedGroupMetadata", "cachedGroupMetadata", groups(g -> g.cachedGroupMetadata(null))),
                top("metadataMembers", "metadataMembers must be 1 to", groups(g -> g.metadataMembers(0))),
                top("metadataMembers", "metadataMembers", groups(g -> g.metadataMembers(-1))),
                top("metadataMembers", "metadataMembers", groups(g -> g.metadataMembers(Integer.MAX_VALUE))),
                top("media", "media", builder -> builder.media(null)),
                top("transfersAtOnce", "transfersAtOnce must be 1 to", media(m -> m.transfersAtOnce(0))),
                top("transfersAtOnce", "transfersAtOnce", media(m -> m.transfersAtOnce(Integer.MAX_VALUE))),
                top("maxBytes", "maxBytes must be positive but was 0", media(m -> m.maxBytes(0))),
                top("maxBytes", "maxBytes", media(m -> m.maxBytes(Long.MIN_VALUE))),
                top("maxInMemory", "maxInMemory must be 1 to", media(m -> m.maxInMemory(0))),
                top("maxInMemory", "maxInMemory", media(m -> m.maxInMemory(Integer.MAX_VALUE))),
                top("temporaryFolder", "folder", media(m -> m.temporaryFolder(null))),
                top("allowHosts", "otherHosts", media(m -> m.allowHosts(null))),
                top("allowHosts", "otherHosts", media(m -> m.allowHosts(Arrays.asList("cdn.example", null)))),
                top("allowHosts", "otherHosts must be names of hosts", media(m -> m.allowHosts(List.of("")))),
                top("allowHosts", "otherHosts must be", media(m -> m.allowHosts(List.of("https://cdn.example")))),
                top("allowHosts", "otherHosts must be", media(m -> m.allowHosts(List.of("cdn.example:443")))),
                top("allowHosts", "otherHosts must be", media(m -> m.allowHosts(List.of("x".repeat(300))))),
                top("mediaCache", "mediaCache", media(m -> m.mediaCache(null))),
                top("rememberedUploads", "rememberedUploads must be 0 to", media(m -> m.rememberedUploads(-1))),
                top("rememberedUploads", "rememberedUploads", media(m -> m.rememberedUploads(Integer.MAX_VALUE))),
                top("runtime", "runtime", builder -> builder.runtime(null)),
                top("executor", "executor", builder -> builder.executor(null)),
                top("clock", "clock", builder -> builder.clock(null)),
                top("identityPolicy", "identityPolicy", builder -> builder.identityPolicy(null)),
                connection("uri", "uri", c -> c.uri(null)),
                connection("uri", "uri must be wss://", c -> c.uri(URI.create(""))),
                connection("uri", "its scheme is https", c -> c.uri(URI.create("https://example.org"))),
                connection("uri", "uri must have a host", c -> c.uri(URI.create("wss:/path"))),
                connection("uri", "no user", c -> c.uri(URI.create("wss://me:secret@example.org"))),
                connection("uri", "1 to 65535", c -> c.uri(URI.create("wss://example.org:0"))),
                connection("uri", "1 to 65535", c -> c.uri(URI.create("wss://example.org:65536"))),
                connection("noiseRootPublicKey", "noiseRootPublicKey", c -> c.noiseRootPublicKey(null)),
                connection("noiseRootPublicKey", "32 bytes but has 0", c -> c.noiseRootPublicKey(new byte[0])),
                connection("noiseRootPublicKey", "but has 33", c -> c.noiseRootPublicKey(new byte[33])),
                connection("trustedCertificates", "trustedCertificates", c -> c.trustedCertificates(null)),
                connection(
                        "trustedCertificates",
                        "a certificate of trustedCertificates",
                        c -> c.trustedCertificates(Arrays.asList(null, null))),
                connection("proxy", "proxy", c -> c.proxy(null)),
                connection("header", "name", c -> c.header(null, "value")),
                connection("header", "name must be", c -> c.header("", "value")),
                connection("header", "name must be", c -> c.header("x y", "value")),
                connection("header", "name must be", c -> c.header("x:", "value")),
                connection("header", "name must be", c -> c.header("x\r\nHost", "value")),
                connection("header", "name must be", c -> c.header("x\n", "value")),
                connection("header", "name must be", c -> c.header("ключ", "value")),
                connection("header", "name must be", c -> c.header("x".repeat(257), "value")),
                connection("header", "value", c -> c.header("x", null)),
                connection("header", "value of header x must be", c -> c.header("x", "a\r\nHost: b")),
                connection("header", "value of header x must be", c -> c.header("x", "a\n")),
                connection("header", "value of header x must be", c -> c.header("x", "a\u0000")),
                connection("header", "value of header x must be", c -> c.header("x", " a")),
                connection("header", "value of header x must be", c -> c.header("x", "é")),
                connection("header", "value of header x must be", c -> c.header("x", "a".repeat(8193))),
                connection("version", "version", c -> c.version(null)),
                connection("versionLookup", "versionLookup", c -> c.versionLookup(null)),
                linking("browser", "browser", l -> l.browser(null)),
                linking("pushName", "pushName", l -> l.pushName(null)),
                linking("pushName", "pushName must have 1 to 100", l -> l.pushName("")),
                linking("pushName", "not only space", l -> l.pushName(" \t ")),
                linking("pushName", "but has 101", l -> l.pushName("x".repeat(101))),
                linking("pushName", "pushName must not have control", l -> l.pushName("a\nb")),
                linking("acceptLink", "acceptLink", l -> l.acceptLink(null)),
                sending("outboxLimit", "outboxLimit must be 1 to 15000 but was 0", s -> s.outboxLimit(0)),
                sending("outboxLimit", "outboxLimit", s -> s.outboxLimit(Integer.MIN_VALUE)),
                sending("outboxLimit", "outboxLimit", s -> s.outboxLimit(Integer.MAX_VALUE)),
                sending("userDevicesCache", "userDevicesCache", s -> s.userDevicesCache(null)),
                receiving("maxRetries", "maxRetries must be 1 to 100 but was 0", r -> r.maxRetries(0)),
                receiving("maxRetries", "maxRetries", r -> r.maxRetries(-1)),
                receiving("maxRetries", "maxRetries", r -> r.maxRetries(Integer.MAX_VALUE)),
                receiving("getMessage", "getMessage", r -> r.getMessage(null)),
                receiving("listenerRetry", "listenerRetry", r -> r.listenerRetry(null)));
    }

    static Stream<Arguments> wrongTimes() {
        return Stream.of(
                        connectionTime("connectTimeout", ConnectionConfig::connectTimeout),
                        connectionTime("queryTimeout", ConnectionConfig::queryTimeout),
                        connectionTime("keepAliveInterval", ConnectionConfig::keepAliveInterval),
                        connectionTime("keepAliveTimeout", ConnectionConfig::keepAliveTimeout),
                        connectionTime("maxReconnectDelay", ConnectionConfig::maxReconnectDelay),
                        time("qrTimeouts", "first", wrong -> linking(l -> l.qrTimeouts(wrong, Duration.ofSeconds(1)))),
                        time("qrTimeouts", "next", wrong -> linking(l -> l.qrTimeouts(Duration.ofSeconds(1), wrong))),
                        time("pairingCodeTimeout", "timeout", wrong -> linking(l -> l.pairingCodeTimeout(wrong))),
                        sendingTime("timeout", SendingConfig::timeout),
                        sendingTime("ackTimeout", SendingConfig::ackTimeout),
                        sendingTime("outboxExpiry", SendingConfig::outboxExpiry),
                        sendingTime("userDevicesCacheTtl", SendingConfig::userDevicesCacheTtl),
                        time("idleTimeout", "idleTimeout", wrong -> media(m -> m.idleTimeout(wrong))),
                        time("transferTimeout", "transferTimeout", wrong -> media(m -> m.transferTimeout(wrong))),
                        time("reuploadTimeout", "reuploadTimeout", wrong -> media(m -> m.reuploadTimeout(wrong))),
                        time("uploadAge", "uploadAge", wrong -> media(m -> m.uploadAge(wrong))),
                        time("metadataTtl", "metadataTtl", wrong -> groups(g -> g.metadataTtl(wrong))),
                        time(
                                "placeholderResendDelay",
                                "placeholderResendDelay",
                                wrong -> receiving(r -> r.placeholderResendDelay(wrong))))
                .flatMap(times -> times);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"wrongValues", "wrongTimes"})
    void givenWrongValue_whenSet_thenRefusedAtTheCallWithTheNameOfTheArgument(
            String setter, String expected, Consumer<SocketConfig.Builder> call) {
        assertThatThrownBy(() -> call.accept(SocketConfig.builder()))
                .as(setter)
                .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("secret");
    }

    @Test
    void givenTheSetters_whenTheTablesAreRead_thenEachIsInOne() {
        Set<String> setters = PARTS.stream()
                .flatMap(part -> Arrays.stream(part.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getParameterCount() > 0)
                .map(Method::getName)
                .filter(name -> !ALWAYS_RIGHT.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> inTables = Stream.concat(wrongValues(), wrongTimes())
                .map(row -> (String) row.get()[0])
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(inTables).isEqualTo(setters);
    }

    static Stream<Arguments> wrongParts() {
        Duration second = Duration.ofSeconds(1);
        Browser.Platform chrome = Browser.Platform.CHROME;
        return Stream.of(
                part("os", () -> new Browser(null, chrome)),
                part("os must have 1 to 100", () -> new Browser("", chrome)),
                part("not only space", () -> new Browser("  ", chrome)),
                part("but has 101", () -> new Browser("x".repeat(101), chrome)),
                part("os must not have control", () -> new Browser("a\u0007", chrome)),
                part("platform", () -> new Browser("Waxwing", null)),
                part("host", () -> Proxy.http(null, 3128)),
                part("host must be", () -> Proxy.http("", 3128)),
                part("host must be", () -> Proxy.http("a b", 3128)),
                part("host must be", () -> Proxy.socks5("a\r\nb", 3128)),
                part("host must be", () -> Proxy.socks5("x".repeat(256), 3128)),
                part("port must be 1 to 65535 but was 0", () -> Proxy.http("proxy", 0)),
                part("port must be 1 to 65535 but was -1", () -> Proxy.socks5("proxy", -1)),
                part("port must be 1 to 65535 but was 65536", () -> Proxy.socks5("proxy", 65_536)),
                part("kind", () -> new Proxy(null, new InetSocketAddress(1), Optional.empty())),
                part("address", () -> new Proxy(Proxy.Kind.HTTP, null, Optional.empty())),
                part("address", () -> new Proxy(Proxy.Kind.HTTP, new InetSocketAddress(0), Optional.empty())),
                part("credentials", () -> new Proxy(Proxy.Kind.HTTP, new InetSocketAddress(1), null)),
                part("user", () -> Proxy.http("proxy", 1).withCredentials(null, "secret")),
                part("user must have 1 to 255", () -> Proxy.http("proxy", 1).withCredentials("", "secret")),
                part("user", () -> Proxy.http("proxy", 1).withCredentials("é".repeat(128), "secret")),
                part("password", () -> Proxy.http("proxy", 1).withCredentials("me", null)),
                part("password", () -> Proxy.http("proxy", 1).withCredentials("me", "secret".repeat(43))),
                part("calls must be positive but was 0", () -> new ListenerRetry(0, second, second)),
                part("firstPause", () -> new ListenerRetry(1, null, second)),
                part("firstPause must be positive", () -> new ListenerRetry(1, Duration.ZERO, second)),
                part("firstPause must be positive", () -> new ListenerRetry(1, second.negated(), second)),
                part("longestPause", () -> new ListenerRetry(1, second, null)),
                part("longestPause", () -> new ListenerRetry(1, second, TINY)),
                part("longestPause", () -> new ListenerRetry(1, second, HUGE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongParts")
    void givenWrongPartOfAValue_whenMade_thenRefusedWithTheNameOfThePart(String expected, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("secret");
    }

    @Test
    void givenTheShortestAndTheLongestTimes_whenTranslated_thenTheStreamTakesThem() {
        for (Duration time : List.of(Duration.ofMillis(1), Duration.ofDays(7))) {
            SocketConfig config = withStore()
                    .connection(c -> c.connectTimeout(time)
                            .queryTimeout(time)
                            .keepAliveInterval(time)
                            .keepAliveTimeout(time)
                            .maxReconnectDelay(time))
                    .build();

            assertThatCode(() -> new SocketSettings(config).stream(new NoObserver()))
                    .as("%s", time)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void givenNoStore_whenBuilt_thenToldHowToGetOne() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SocketConfig.builder().build())
                .withMessageContaining("SqliteStore.at");
    }

    @Test
    void givenBuilder_whenChangedAfterBuild_thenTheConfigurationKeepsItsValues() {
        SendingConfig[] leaked = new SendingConfig[1];
        SocketConfig.Builder builder = withStore()
                .sending(s -> {
                    leaked[0] = s;
                    s.outboxLimit(3);
                })
                .linking(l -> l.pushName("before"));
        SocketConfig config = builder.build();

        builder.linking(l -> l.pushName("after")).connection(c -> c.header("x", "after"));
        leaked[0].outboxLimit(4);

        SocketSettings settings = new SocketSettings(config);
        assertThat(settings.pushName()).contains("before");
        assertThat(settings.sendPolicy().outboxLimit()).isEqualTo(3);
        assertThat(config.values.connection.headers).isEmpty();
    }

    @Test
    void givenConfiguration_whenAnotherIsDerived_thenItHasTheValuesAndTheFirstIsAsBefore() {
        SocketConfig first = withStore()
                .markOnlineOnConnect(true)
                .connection(c -> c.header("a", "1"))
                .receiving(r -> r.readReceipts(false).maxRetries(2))
                .build();

        SocketConfig second = first.toBuilder()
                .connection(c -> c.header("b", "2"))
                .receiving(r -> r.maxRetries(3))
                .build();

        assertThat(second.values.connection.headers).containsOnlyKeys("a", "b");
        assertThat(new SocketSettings(second).retryPolicy().maxRetries()).isEqualTo(3);
        assertThat(new SocketSettings(second).markOnlineOnConnect()).isTrue();
        assertThat(new SocketSettings(second)
                        .receiptPolicy(new Availability(true))
                        .readReceipts())
                .isFalse();
        assertThat(first.values.connection.headers).containsOnlyKeys("a");
        assertThat(new SocketSettings(first).retryPolicy().maxRetries()).isEqualTo(2);
    }

    @Test
    void givenKeyBytes_whenChangedAfterwards_thenTheConfigurationKeepsItsOwn() {
        byte[] key = new byte[32];
        SocketConfig config =
                withStore().connection(c -> c.noiseRootPublicKey(key)).build();

        key[0] = 1;

        assertThat(config.values.connection.noiseRootPublicKey).containsOnly(0);
    }

    private static SocketConfig.Builder withStore() {
        return SocketConfig.builder().store(MemoryStore.create());
    }

    private static Arguments top(String setter, String expected, Consumer<SocketConfig.Builder> call) {
        return arguments(setter, expected, call);
    }

    private static Arguments connection(String setter, String expected, Consumer<ConnectionConfig> call) {
        return top(setter, expected, builder -> builder.connection(call));
    }

    private static Arguments linking(String setter, String expected, Consumer<LinkingConfig> call) {
        return top(setter, expected, linking(call));
    }

    private static Consumer<SocketConfig.Builder> linking(Consumer<LinkingConfig> call) {
        return builder -> builder.linking(call);
    }

    private static Arguments sending(String setter, String expected, Consumer<SendingConfig> call) {
        return top(setter, expected, builder -> builder.sending(call));
    }

    private static Arguments receiving(String setter, String expected, Consumer<ReceivingConfig> call) {
        return top(setter, expected, receiving(call));
    }

    private static Consumer<SocketConfig.Builder> receiving(Consumer<ReceivingConfig> call) {
        return builder -> builder.receiving(call);
    }

    private static Consumer<SocketConfig.Builder> media(Consumer<MediaConfig> call) {
        return builder -> builder.media(call);
    }

    private static Consumer<SocketConfig.Builder> groups(Consumer<GroupsConfig> call) {
        return builder -> builder.groups(call);
    }

    private static Stream<Arguments> connectionTime(String setter, BiConsumer<ConnectionConfig, Duration> call) {
        return time(setter, setter, wrong -> builder -> builder.connection(c -> call.accept(c, wrong)));
    }

    private static Stream<Arguments> sendingTime(String setter, BiConsumer<SendingConfig, Duration> call) {
        return time(setter, setter, wrong -> builder -> builder.sending(s -> call.accept(s, wrong)));
    }

    private interface WithTime {
        Consumer<SocketConfig.Builder> set(Duration wrong);
    }

    private static Stream<Arguments> time(String setter, String argument, WithTime call) {
        Stream<Arguments> absent = Stream.of(arguments(setter, argument, call.set(null)));
        Stream<Arguments> outOfRange = Stream.of(
                        Duration.ZERO,
                        TINY,
                        Duration.ofSeconds(-1),
                        HUGE,
                        HUGE.negated(),
                        Duration.ofDays(7).plusNanos(1))
                .map(wrong ->
                        arguments(setter, argument + " must be 1 ms to 7 days but was " + wrong, call.set(wrong)));
        return Stream.concat(absent, outOfRange);
    }

    private static Arguments part(String expected, Runnable call) {
        return arguments(expected, call);
    }

    private static final class NoObserver implements WireObserver {

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void written(Node stanza, long encodedNanos, long sealedNanos, long writtenNanos) {}

        @Override
        public void read(Node stanza, long arrivedNanos, long framedNanos, long openedNanos, long decodedNanos) {}
    }
}
