package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who handles what. */
final class Registry implements Registrations {

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private record IqKey(
            String xmlns, String type, @Nullable String child) {}

    private record StanzaKey(String tag, @Nullable String child) {}

    private final World world;
    private final Map<IqKey, IqHandler> iqs = new HashMap<>();
    private final Map<StanzaKey, StanzaHandler> stanzas = new HashMap<>();
    private final Map<String, HttpHandler> https = new HashMap<>();
    private final List<Consumer<Account>> accountHooks = new ArrayList<>();
    private final List<Consumer<Device>> pairedHooks = new ArrayList<>();
    private final List<Consumer<Device>> removedHooks = new ArrayList<>();
    private final List<Consumer<Account>> reinstalledHooks = new ArrayList<>();
    private final List<Consumer<Device>> loginHooks = new ArrayList<>();
    private final List<Consumer<Device>> activeHooks = new ArrayList<>();
    private final List<Consumer<Device>> offlineHooks = new ArrayList<>();
    private @Nullable Delivery delivery;
    private long lastId;

    Registry(World world) {
        this.world = world;
    }

    @Override
    public World world() {
        return world;
    }

    @Override
    public void iq(String xmlns, String type, String child, IqHandler handler) {
        putNew(iqs, new IqKey(xmlns, type, child), handler);
    }

    @Override
    public void iq(String xmlns, String type, IqHandler handler) {
        putNew(iqs, new IqKey(xmlns, type, null), handler);
    }

    @Override
    public void stanza(String tag, StanzaHandler handler) {
        putNew(stanzas, new StanzaKey(tag, null), handler);
    }

    @Override
    public void stanza(String tag, String child, StanzaHandler handler) {
        putNew(stanzas, new StanzaKey(tag, child), handler);
    }

    @Override
    public void http(String pathPrefix, HttpHandler handler) {
        putNew(https, pathPrefix, handler);
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
        accountHooks.add(hook);
    }

    @Override
    public void onPaired(Consumer<Device> hook) {
        pairedHooks.add(hook);
    }

    @Override
    public void onRemoved(Consumer<Device> hook) {
        removedHooks.add(hook);
    }

    @Override
    public void onReinstalled(Consumer<Account> hook) {
        reinstalledHooks.add(hook);
    }

    @Override
    public void onLogin(Consumer<Device> hook) {
        loginHooks.add(hook);
    }

    @Override
    public void onActive(Consumer<Device> hook) {
        activeHooks.add(hook);
    }

    @Override
    public void onOffline(Consumer<Device> hook) {
        offlineHooks.add(hook);
    }

    private static <K, V> void putNew(Map<K, V> map, K key, V value) {
        if (map.putIfAbsent(key, value) != null) {
            throw new IllegalStateException("two areas handle " + key);
        }
    }

    void accountCreated(Account account) {
        accountHooks.forEach(hook -> hook.accept(account));
    }

    void paired(Device device) {
        pairedHooks.forEach(hook -> hook.accept(device));
    }

    void removed(Device device) {
        removedHooks.forEach(hook -> hook.accept(device));
    }

    void reinstalled(Account account) {
        reinstalledHooks.forEach(hook -> hook.accept(account));
    }

    void loggedIn(Device device) {
        loginHooks.forEach(hook -> hook.accept(device));
    }

    void active(Device device) {
        activeHooks.forEach(hook -> hook.accept(device));
    }

    void offline(Device device) {
        offlineHooks.forEach(hook -> hook.accept(device));
    }

    Delivery delivery() {
        return delivery != null ? delivery : Registry::deliverNow;
    }

    private static void deliverNow(Device device, Node stanza) {
        if (device.isActive()) {
            device.connection().ifPresent(connection -> connection.send(stanza));
        }
    }

    String nextId() {
        return "srv-" + ++lastId;
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
        StanzaHandler handler = null;
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
        HttpHandler handler = https.entrySet().stream()
                .filter(entry -> query.path().startsWith(entry.getKey()))
                .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse(null);
        if (handler == null) {
            return CompletableFuture.completedFuture(HttpAnswer.text(404, "nothing is served at " + query.path()));
        }
        try {
            return handler.handle(query);
        } catch (RuntimeException e) {
            LOG.warn("{} {} failed", query.method(), query.path(), e);
            return CompletableFuture.failedFuture(e);
        }
    }
}
