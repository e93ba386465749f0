package dev.waxwing.interop;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A linked, open Waxwing socket: the words in which the interop tests speak to it.
 *
 * <p>Every event is kept, so one that comes early is not missed and a test can tell that something came once. Waiting
 * for a message ends at once when it came and could not be decrypted.
 */
final class WaxwingClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 45;
    private static final int SHOWN_EVENTS = 40;

    private final String name;
    private final Socket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Object> events = new ArrayList<>();

    /** A message as it was reported: live, or from the backlog. */
    record Received(WebMessage message, MessagesUpsert.Type type) {}

    private WaxwingClient(
            LoopbackServer server, String name, String account, AccountStore store, Consumer<String> onQr) {
        this.name = name;
        socket = Socket.connect(SocketConfig.builder()
                .store(store)
                .connection(connection -> connection
                        .uri(server.uri())
                        .noiseRootPublicKey(server.noiseRootPublicKey())
                        .trustedCertificates(List.of(server.caCertificate())))
                .markOnlineOnConnect(true)
                .linking(linking -> linking.pushName(account))
                .build());
        socket.ev().on(Events.CONNECTION_UPDATE, update -> {
            keep(List.of(update));
            update.qr().ifPresent(onQr);
        });
        socket.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> keep(batch.messages().stream()
                                .map(message -> new Received(message, batch.type()))
                                .toList()));
        socket.ev().on(Events.MESSAGES_UPDATE, update -> keep(update.statuses()));
        socket.ev().on(Events.MESSAGE_RECEIPT_UPDATE, receipt -> keep(List.of(receipt)));
        socket.ev().on(Events.MESSAGE_UNDECRYPTABLE, failed -> keep(List.of(failed)));
    }

    /**
     * Links a new device by QR code and waits until it is open.
     *
     * @param name what failure messages call the client
     * @param account its push name and the account whose phone scans the code: the same one links another device of it
     */
    static WaxwingClient link(LoopbackServer server, String name, String account) throws Exception {
        return link(server, name, account, MemoryStore.create());
    }

    /** As {@link #link(LoopbackServer, String, String)}, in a store that the caller closes. */
    static WaxwingClient link(LoopbackServer server, String name, String account, AccountStore store) throws Exception {
        return open(new WaxwingClient(
                server, name, account, store, qr -> server.phone(account).scanQr(qr)));
    }

    /** Opens a device that was linked before; no phone is there to scan, so this fails if a code is shown. */
    static WaxwingClient reopen(LoopbackServer server, String name, String account, AccountStore store)
            throws Exception {
        return open(new WaxwingClient(server, name, account, store, qr -> {}));
    }

    private static WaxwingClient open(WaxwingClient client) throws Exception {
        try {
            client.await(
                    "open",
                    ConnectionUpdate.class,
                    update -> update.state() == ConnectionUpdate.State.OPEN,
                    update -> false);
            return client;
        } catch (Throwable failure) {
            client.close();
            throw failure;
        }
    }

    /** The socket itself, for what stands on several of them. */
    Socket socket() {
        return socket;
    }

    /** Own account by phone number. */
    Jid phoneNumber() {
        return device().withoutDevice();
    }

    /** Own account by LID. */
    Jid lid() {
        return socket.lid().orElseThrow().withoutDevice();
    }

    /** Own address by phone number, with the device. */
    Jid device() {
        return socket.user().orElseThrow();
    }

    /** Sends a text and answers its message id once the server has acknowledged it. */
    String sendText(Jid to, String text) throws Exception {
        return send(to, Content.text(text)).id();
    }

    String sendText(String to, String text) throws Exception {
        return sendText(Jid.parse(to), text);
    }

    /** Sends a text that quotes a message which this client received. */
    String replyText(Jid to, String text, WebMessage quoted) throws Exception {
        return send(to, Content.text(text).quoting(quoted)).id();
    }

    private SentMessage send(Jid to, Content content) throws Exception {
        return socket.sendMessage(to, content).get(PATIENCE_SECONDS, SECONDS);
    }

    /** Marks received messages as read. */
    void markRead(WebMessage... messages) throws Exception {
        socket.readMessages(Stream.of(messages).map(WebMessage::key).toList()).get(PATIENCE_SECONDS, SECONDS);
    }

    /** The message with that id; one that could not be decrypted fails the test. */
    WebMessage awaitMessage(String id) throws InterruptedException {
        return awaitReceived(id).message();
    }

    /** As {@link #awaitMessage}, where the first try may have failed to decrypt. */
    WebMessage awaitRetried(String id) throws InterruptedException {
        return await(
                        "message " + id,
                        Received.class,
                        received -> received.message().id().equals(id),
                        event -> false)
                .message();
    }

    /** The message with that id, however often it could not be decrypted before. */
    WebMessage awaitHealed(String id) throws InterruptedException {
        return await(
                        "message " + id + ", decrypted",
                        Received.class,
                        received -> received.message().id().equals(id),
                        event -> false)
                .message();
    }

    /** Waits until each of these texts came. */
    void awaitTexts(Collection<String> texts) throws InterruptedException {
        lock.lock();
        try {
            Set<String> missing = new HashSet<>(texts);
            int looked = 0;
            long left = SECONDS.toNanos(PATIENCE_SECONDS);
            for (; ; ) {
                for (; looked < events.size(); looked++) {
                    if (events.get(looked) instanceof Received received) {
                        missing.remove(received.message().text());
                    }
                }
                if (missing.isEmpty()) {
                    return;
                }
                if (left <= 0) {
                    throw new AssertionError(
                            name + " did not get " + missing.size() + " texts; its last events:\n" + describe());
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    Received awaitReceived(String id) throws InterruptedException {
        return await(
                "message " + id,
                Received.class,
                received -> received.message().id().equals(id),
                event -> event instanceof MessageUndecryptable failed
                        && failed.key().id().equals(id));
    }

    /** A receipt of that type for a message this account sent. */
    MessageReceiptUpdate awaitReceipt(String id, ReceiptType type) throws InterruptedException {
        return await(
                "a " + type + " receipt of " + id,
                MessageReceiptUpdate.class,
                receipt -> receipt.key().id().equals(id) && receipt.type() == type,
                event -> false);
    }

    /** An update by which the application is told that a message has that status. */
    StatusChange awaitStatus(String id, MessageStatus status) throws InterruptedException {
        return await(
                "status " + status + " of " + id,
                StatusChange.class,
                change -> change.key().id().equals(id) && change.status() == status,
                event -> false);
    }

    /** The backlog that waited on the server was worked off. */
    void awaitBacklog() throws InterruptedException {
        await(
                "the end of the backlog",
                ConnectionUpdate.class,
                ConnectionUpdate::receivedPendingNotifications,
                event -> false);
    }

    /** The messages so far, in the order in which they were reported. */
    List<Received> received() {
        return seen(Received.class);
    }

    /** Messages so far that could not be decrypted. */
    List<MessageUndecryptable> undecryptable() {
        return seen(MessageUndecryptable.class);
    }

    /** QR codes that were shown. */
    List<String> qrCodes() {
        return seen(ConnectionUpdate.class).stream()
                .map(ConnectionUpdate::qr)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void keep(List<?> news) {
        lock.lock();
        try {
            events.addAll(news);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> List<T> seen(Class<T> kind) {
        lock.lock();
        try {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        } finally {
            lock.unlock();
        }
    }

    private <T> T await(String what, Class<T> kind, Predicate<? super T> wanted, Predicate<Object> inVain)
            throws InterruptedException {
        lock.lock();
        try {
            long left = SECONDS.toNanos(PATIENCE_SECONDS);
            for (; ; ) {
                Optional<T> found = seen(kind).stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (left <= 0 || events.stream().anyMatch(inVain.or(WaxwingClient::isEnd))) {
                    throw new AssertionError(name + " did not report " + what + "; its last events:\n" + describe());
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isEnd(Object event) {
        return event instanceof ConnectionUpdate update && update.state() == ConnectionUpdate.State.CLOSED;
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        events.stream()
                .skip(Math.max(0, events.size() - SHOWN_EVENTS))
                .forEach(event -> text.append("  ").append(event).append('\n'));
        return text.toString();
    }
}
