package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.EventKey;
import dev.waxwing.event.Events;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessageSealed;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.event.MessagesReaction;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.StanzaRefused;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A whole client on a loopback server, which a test can close, rob of rows of its store, and open again. */
final class Talker implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final LoopbackServer server;
    private final String account;
    private final AccountStore store;
    private final UnaryOperator<SocketConfig.Builder> options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Object> events = new ArrayList<>();
    private Socket socket;

    private Talker(
            LoopbackServer server, String account, AccountStore store, UnaryOperator<SocketConfig.Builder> options) {
        this.server = server;
        this.account = account;
        this.store = store;
        this.options = options;
        this.socket = connect();
    }

    /** Links a new device of an account, in a store that this closes, and waits until it is open. */
    static Talker link(
            LoopbackServer server, String account, AccountStore store, UnaryOperator<SocketConfig.Builder> options)
            throws Exception {
        Talker talker = new Talker(server, account, store, options);
        talker.socket.whenOpen().get(PATIENCE_SECONDS, SECONDS);
        return talker;
    }

    private Socket connect() {
        Socket connected = Socket.connect(options.apply(SocketConfig.builder()
                        .store(store)
                        .connection(connection -> connection
                                .uri(server.uri())
                                .noiseRootPublicKey(server.noiseRootPublicKey())
                                .trustedCertificates(List.of(server.caCertificate())))
                        .markOnlineOnConnect(true)
                        .linking(linking -> linking.pushName(account)))
                .build());
        connected
                .ev()
                .on(
                        Events.CONNECTION_UPDATE,
                        update -> update.qr()
                                .ifPresent(qr -> server.phone(account).scanQr(qr)));
        connected.ev().on(Events.MESSAGES_UPSERT, batch -> batch.messages().forEach(this::keep));
        for (EventKey<?> key : List.of(
                Events.MESSAGE_UNDECRYPTABLE,
                Events.IDENTITY_CHANGE,
                Events.STANZA_REFUSED,
                Events.MESSAGE_RECEIPT_UPDATE,
                Events.MESSAGES_UPDATE,
                Events.MESSAGES_REACTION,
                Events.MESSAGE_SEALED,
                GroupEvents.GROUP_PARTICIPANTS_UPDATE)) {
            connected.ev().on(key, this::keep);
        }
        return connected;
    }

    /** Goes offline; the store stays open. */
    void disconnect() {
        socket.close();
    }

    void reconnect() throws Exception {
        socket = connect();
        socket.whenOpen().get(PATIENCE_SECONDS, SECONDS);
    }

    /** While offline: the rows are gone, as after a restored backup or a damaged file. */
    void lose(StoreTable table) {
        store.transact(tx -> {
            for (StoreEntry row : tx.scanPrefix(table, "", 5_000)) {
                tx.delete(table, row.key());
            }
            return true;
        });
    }

    /** What the store holds of another account, by its LID. */
    List<StoreEntry> rowsOf(StoreTable table, Talker other) {
        String prefix = other.lid().user() + "_1.";
        return store.transact(tx -> tx.scanPrefix(table, prefix, 10));
    }

    AccountStore store() {
        return store;
    }

    Jid device() {
        return socket.user().orElseThrow();
    }

    Jid phoneNumber() {
        return device().withoutDevice();
    }

    Jid lid() {
        return socket.lid().orElseThrow().withoutDevice();
    }

    /** Sends a text and answers its id once the server has it. */
    String say(Talker to, String text) throws Exception {
        return say(to.phoneNumber(), text);
    }

    String say(Jid to, String text) throws Exception {
        return socket.sendMessage(to, Content.text(text))
                .get(PATIENCE_SECONDS, SECONDS)
                .id();
    }

    WebMessage await(String id) throws InterruptedException {
        return await("message " + id, WebMessage.class, message -> message.id().equals(id));
    }

    WebMessage awaitText(String text) throws InterruptedException {
        return await(
                "the text " + text, WebMessage.class, message -> message.text().equals(text));
    }

    MessageUndecryptable awaitUndecryptable(String id, int times) throws InterruptedException {
        return await(
                times + " failures of " + id,
                MessageUndecryptable.class,
                failed -> failed.key().id().equals(id) && undecryptable(id).size() >= times);
    }

    IdentityChange awaitIdentityChange() throws InterruptedException {
        return await("a changed identity", IdentityChange.class, Talker::isAnother);
    }

    List<String> texts() {
        return seen(WebMessage.class).stream().map(WebMessage::text).toList();
    }

    List<MessageUndecryptable> undecryptable(String id) {
        return undecryptable().stream()
                .filter(failed -> failed.key().id().equals(id))
                .toList();
    }

    List<MessageUndecryptable> undecryptable() {
        return seen(MessageUndecryptable.class);
    }

    List<IdentityChange> identityChanges() {
        return seen(IdentityChange.class).stream().filter(Talker::isAnother).toList();
    }

    /** All that was told of identities and addresses. */
    List<IdentityChange> identityNews() {
        return seen(IdentityChange.class);
    }

    IdentityChange awaitIdentityNews(Predicate<IdentityChange> wanted) throws InterruptedException {
        return await("news of an identity", IdentityChange.class, wanted);
    }

    GroupParticipantsUpdate awaitMembers(Predicate<GroupParticipantsUpdate> wanted) throws InterruptedException {
        return await("members of a group", GroupParticipantsUpdate.class, wanted);
    }

    List<GroupParticipantsUpdate> members() {
        return seen(GroupParticipantsUpdate.class);
    }

    /** Sends content and answers what the server has. */
    SentMessage send(Jid to, Content content) throws Exception {
        return socket.sendMessage(to, content).get(PATIENCE_SECONDS, SECONDS);
    }

    /** What a message that came says of another one. */
    <U extends MessagesUpdate.Update> U awaitUpdate(Class<U> kind, String by) throws InterruptedException {
        MessagesUpdate told = await(
                kind.getSimpleName() + " by " + by,
                MessagesUpdate.class,
                update -> updates(update, kind, by).findFirst().isPresent());
        return updates(told, kind, by).findFirst().orElseThrow();
    }

    private static <U extends MessagesUpdate.Update> Stream<U> updates(
            MessagesUpdate update, Class<U> kind, String by) {
        return update.updates().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(change -> by(change).filter(by::equals).isPresent());
    }

    private static Optional<String> by(MessagesUpdate.Update update) {
        if (update instanceof MessagesUpdate.Edited edited) {
            return Optional.of(edited.by().id());
        }
        if (update instanceof MessagesUpdate.Deleted deleted) {
            return Optional.of(deleted.by().id());
        }
        if (update instanceof MessagesUpdate.Pinned pinned) {
            return Optional.of(pinned.by().id());
        }
        if (update instanceof MessagesUpdate.Voted voted) {
            return Optional.of(voted.by().id());
        }
        if (update instanceof MessagesUpdate.Responded responded) {
            return Optional.of(responded.by().id());
        }
        return update instanceof MessagesUpdate.Kept kept
                ? Optional.of(kept.by().id())
                : Optional.empty();
    }

    /** All changes of messages but those of how far they came. */
    List<MessagesUpdate.Update> changes() {
        return seen(MessagesUpdate.class).stream()
                .flatMap(update -> update.updates().stream())
                .filter(update -> !(update instanceof MessagesUpdate.StatusChange))
                .toList();
    }

    MessagesReaction.Reaction awaitReaction(String by) throws InterruptedException {
        return await(
                        "reaction " + by,
                        MessagesReaction.class,
                        told -> told.reactions().get(0).by().id().equals(by))
                .reactions()
                .get(0);
    }

    MessageSealed awaitSealed(String id) throws InterruptedException {
        return await(
                "that " + id + " is sealed",
                MessageSealed.class,
                told -> told.by().id().equals(id));
    }

    StanzaRefused awaitRefused(String id) throws InterruptedException {
        return await(
                "that " + id + " was refused",
                StanzaRefused.class,
                refused -> refused.id().filter(id::equals).isPresent());
    }

    MessageReceiptUpdate awaitReceipt(String id, Predicate<MessageReceiptUpdate> wanted) throws InterruptedException {
        return await(
                "a receipt for " + id,
                MessageReceiptUpdate.class,
                receipt -> receipt.key().id().equals(id) && wanted.test(receipt));
    }

    List<MessageReceiptUpdate> receipts(String id) {
        return seen(MessageReceiptUpdate.class).stream()
                .filter(receipt -> receipt.key().id().equals(id))
                .toList();
    }

    /** How far a message has come, in the order in which it was told. */
    List<MessageStatus> statuses(String id) {
        return seen(MessagesUpdate.class).stream()
                .flatMap(update -> update.statuses().stream())
                .filter(change -> change.key().id().equals(id))
                .map(MessagesUpdate.StatusChange::status)
                .toList();
    }

    List<WebMessage> messages() {
        return seen(WebMessage.class);
    }

    Socket socket() {
        return socket;
    }

    /** Not the first one of somebody. */
    private static boolean isAnother(IdentityChange change) {
        return change.kind() != IdentityChangeKind.FIRST_KEY && change.kind() != IdentityChangeKind.NEW_DEVICE;
    }

    @Override
    public void close() {
        socket.close();
        store.close();
    }

    private void keep(Object event) {
        lock.lock();
        try {
            events.add(event);
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

    private <T> T await(String what, Class<T> kind, Predicate<T> wanted) throws InterruptedException {
        lock.lock();
        try {
            long left = SECONDS.toNanos(PATIENCE_SECONDS);
            for (; ; ) {
                Optional<T> found = seen(kind).stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (left <= 0) {
                    throw new AssertionError(account + " did not report " + what + "; it reported " + events);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
