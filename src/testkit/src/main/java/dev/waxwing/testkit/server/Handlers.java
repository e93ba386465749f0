package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.http.BodySink;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpHandler;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.http.UploadHandler;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who handles what, and who hears of what. */
final class Handlers implements Registrations {

    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    /** What happens to accounts. */
    private enum AccountEvent {
        CREATED,
        REINSTALLED
    }

    /** What happens to devices. */
    private enum DeviceEvent {
        PAIRED,
        REMOVED,
        LOGGED_IN,
        ACTIVE,
        OFFLINE
    }

    private record IqKey(
            String xmlns, String type, @Nullable String child) {}

    private record StanzaKey(String tag, @Nullable String child) {}

    private final Map<IqKey, IqHandler> iqs = new HashMap<>();
    private final Map<StanzaKey, ClientStanzaHandler> stanzas = new HashMap<>();
    private final Map<String, HttpHandler> https = new HashMap<>();
    private final Map<String, UploadHandler> uploads = new HashMap<>();
    private final Hooks<AccountEvent, Account> accountHooks = new Hooks<>(AccountEvent.class);
    private final Hooks<DeviceEvent, Device> deviceHooks = new Hooks<>(DeviceEvent.class);
    private @Nullable Delivery delivery;

    @Override
    public void iq(String xmlns, String type, String child, IqHandler handler) {
        putNew(iqs, new IqKey(xmlns, type, child), handler);
    }

    @Override
    public void iq(String xmlns, String type, IqHandler handler) {
        putNew(iqs, new IqKey(xmlns, type, null), handler);
    }

    @Override
    public void stanza(String tag, ClientStanzaHandler handler) {
        putNew(stanzas, new StanzaKey(tag, null), handler);
    }

    @Override
    public void stanza(String tag, String child, ClientStanzaHandler handler) {
        putNew(stanzas, new StanzaKey(tag, child), handler);
    }

    @Override
    public void http(String pathPrefix, HttpHandler handler) {
        putNew(https, pathPrefix, handler);
    }

    @Override
    public void upload(String pathPrefix, UploadHandler handler) {
        putNew(uploads, pathPrefix, handler);
    }

    @Override
    public void delivery(Delivery delivery) {
        if (this.delivery != null) {
            throw new IllegalStateException("two areas bring a delivery");
        }
        this.delivery = delivery;
    }

    @Override
    public void onAccount(Consumer<Account> hook) {
        accountHooks.add(AccountEvent.CREATED, hook);
    }

    @Override
    public void onPaired(Consumer<Device> hook) {
        deviceHooks.add(DeviceEvent.PAIRED, hook);
    }

    @Override
    public void onRemoved(Consumer<Device> hook) {
        deviceHooks.add(DeviceEvent.REMOVED, hook);
    }

    @Override
    public void onReinstalled(Consumer<Account> hook) {
        accountHooks.add(AccountEvent.REINSTALLED, hook);
    }

    @Override
    public void onLogin(Consumer<Device> hook) {
        deviceHooks.add(DeviceEvent.LOGGED_IN, hook);
    }

    @Override
    public void onActive(Consumer<Device> hook) {
        deviceHooks.add(DeviceEvent.ACTIVE, hook);
    }

    @Override
    public void onOffline(Consumer<Device> hook) {
        deviceHooks.add(DeviceEvent.OFFLINE, hook);
    }

    private static <K, V> void putNew(Map<K, V> map, K key, V value) {
        if (map.putIfAbsent(key, value) != null) {
            throw new IllegalStateException("two areas handle " + key);
        }
    }

    void accountCreated(Account account) {
        accountHooks.run(AccountEvent.CREATED, account);
    }

    void paired(Device device) {
        deviceHooks.run(DeviceEvent.PAIRED, device);
    }

    void removed(Device device) {
        deviceHooks.run(DeviceEvent.REMOVED, device);
    }

    void reinstalled(Account account) {
        accountHooks.run(AccountEvent.REINSTALLED, account);
    }

    void loggedIn(Device device) {
        deviceHooks.run(DeviceEvent.LOGGED_IN, device);
    }

    void active(Device device) {
        deviceHooks.run(DeviceEvent.ACTIVE, device);
    }

    void offline(Device device) {
        deviceHooks.run(DeviceEvent.OFFLINE, device);
    }

    Delivery delivery() {
        return delivery != null ? delivery : Handlers::deliverNow;
    }

    private static void deliverNow(Device device, Node stanza) {
        if (device.isActive()) {
            device.connection().ifPresent(connection -> connection.send(stanza));
        }
    }

    /**
     * Answers an iq.
     *
     * @return false if nobody handles its kind
     */
    boolean answer(IqExchange exchange) {
        Node iq = exchange.node();
        String xmlns = Objects.requireNonNullElse(iq.attr("xmlns"), "");
        String type = iq.requireAttr("type");
        IqHandler handler = null;
        if (!iq.children().isEmpty()) {
            handler = iqs.get(new IqKey(xmlns, type, iq.children().get(0).tag()));
        }
        if (handler == null) {
            handler = iqs.get(new IqKey(xmlns, type, null));
        }
        if (handler == null) {
            return false;
        }
        try {
            handler.handle(exchange);
        } catch (IqRefusal e) {
            exchange.error(e.code(), Objects.requireNonNullElse(e.getMessage(), ""));
        }
        if (!exchange.isSettled()) {
            exchange.reply();
        }
        return true;
    }

    /**
     * Hands a stanza to the area that takes its tag.
     *
     * @return false if none does
     */
    boolean take(Device from, Node stanza) {
        ClientStanzaHandler handler = null;
        if (!stanza.children().isEmpty()) {
            handler = stanzas.get(
                    new StanzaKey(stanza.tag(), stanza.children().get(0).tag()));
        }
        if (handler == null) {
            handler = stanzas.get(new StanzaKey(stanza.tag(), null));
        }
        if (handler == null) {
            return false;
        }
        handler.handle(from, stanza);
        return true;
    }

    CompletionStage<HttpAnswer> answer(HttpQuery query) {
        Optional<HttpHandler> handler = longest(https, query.path());
        if (handler.isEmpty()) {
            return CompletableFuture.completedFuture(HttpAnswer.text(404, "nothing is served at " + query.path()));
        }
        try {
            return handler.get().handle(query);
        } catch (RuntimeException e) {
            LOG.warn("{} {} failed", query.method(), query.path(), e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Who takes the body of a request as it comes, if anybody does. */
    Optional<BodySink> open(HttpQuery head) {
        return longest(uploads, head.path()).flatMap(handler -> handler.open(head));
    }

    private static <H> Optional<H> longest(Map<String, H> handlers, String path) {
        return handlers.entrySet().stream()
                .filter(entry -> path.startsWith(entry.getKey()))
                .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                .map(Map.Entry::getValue);
    }
}
