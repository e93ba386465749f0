package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.chat.Chats;
import dev.waxwing.community.Communities;
import dev.waxwing.contact.Contacts;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.EventBus;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.event.Subscription;
import dev.waxwing.group.Groups;
import dev.waxwing.identity.Identities;
import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.runtime.AccountRuntime;
import dev.waxwing.link.LinkPreviews;
import dev.waxwing.media.Media;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.presence.Presence;
import dev.waxwing.privacy.Privacy;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.status.Status;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One account's connection to the service: open it, link it by QR or pairing code, send messages, listen to
 * events. It reconnects by itself for as long as that can help, and stops with a typed reason otherwise.
 *
 * <p>Thread-safe. Futures complete on the account's threads; do not block in what hangs on them, or use the
 * {@code …Async} methods. They fail with the types of {@link dev.waxwing.error}.
 *
 * <p>Messages that arrive before anybody listens to {@code messages.upsert} wait for the first listener.
 */
public final class Socket implements AutoCloseable {

    private static final SendOptions DEFAULT_SEND = SendOptions.builder().build();
    private static final BatchOptions DEFAULT_BATCH = BatchOptions.builder().build();

    private final AccountRuntime account;

    Socket(AccountRuntime account) {
        this.account = account;
    }

    /** For what stands on several sockets. */
    AccountRuntime account() {
        return account;
    }

    /**
     * Prepares a socket to which listeners are added before it connects, so that they hear everything from the first
     * update on.
     *
     * @param config how to connect and behave
     * @return a builder, whose {@link SocketBuilder#start start} connects
     */
    public static SocketBuilder builder(SocketConfig config) {
        return new SocketBuilder(requireNonNull(config, "config"));
    }

    /**
     * Opens the account in the store and starts to connect: short for {@link #builder} without listeners. Returns at
     * once; {@code connection.update} tells how it goes. A store without credentials gets fresh ones, and QR codes are
     * published to link them.
     *
     * <p>The socket is connecting already when this returns, so listeners that are added then may miss the first
     * updates, the first QR code among them. {@link #builder} adds them before. No message is missed: they wait for the
     * first listener.
     *
     * @param config how to connect and behave
     * @return the socket, to be closed
     * @throws dev.waxwing.error.StoreFailedException if the store cannot be read or holds damaged credentials
     * @throws IllegalStateException if the store is in use by another open socket
     */
    public static Socket connect(SocketConfig config) {
        return builder(config).start();
    }

    /**
     * The account's events.
     *
     * @return the event bus
     */
    public EventBus ev() {
        return account.events();
    }

    /**
     * Listens to messages with a cursor of its own, which the store keeps: the listener gets every message from where
     * the listener of that name stopped last, in this process or an earlier one, also what arrived while it was away.
     * Without a cursor, as with {@link #ev()}, listeners share one: a message that one of them has had is not kept for
     * another that subscribes later.
     *
     * <p>Messages come in batches, in order, each at least once: exactly once, unless the process dies while the
     * listener has them. A listener that throws is called again, see {@link ReceivingConfig#listenerRetry}. The first
     * cursor of an account begins with all that waits, a later one with what arrives from then on. What a cursor has
     * not passed is kept in the store, but once some other has had it, only for the newest 100,000 messages: call
     * {@link #forgetCursor} for one that is not used any more.
     *
     * @param cursor its name: 1 to 64 printable ASCII characters without space and {@code /}
     * @param listener called with each batch, one at a time, on the account's executor; may block
     * @return the subscription; after it is closed, another may take its place
     * @throws IllegalArgumentException if {@code cursor} is not such a name
     * @throws IllegalStateException if somebody listens with that cursor already, or the socket is closed
     * @throws dev.waxwing.error.StoreFailedException if the cursor is new and cannot be stored
     */
    public Subscription onMessages(String cursor, Consumer<? super MessagesUpsert> listener) {
        return account.messaging().listen(requireNonNull(cursor, "cursor"), listener);
    }

    /**
     * Forgets a cursor of {@link #onMessages}, and what the store keeps for it alone. Waits for the store.
     *
     * @param cursor its name
     * @return whether it was known
     * @throws IllegalStateException if somebody listens with it
     */
    public boolean forgetCursor(String cursor) {
        return account.messaging().forgetCursor(requireNonNull(cursor, "cursor"));
    }

    /**
     * Sends a message to a person.
     *
     * <p>The message is stored before a byte of it leaves, which needs a connection, since the server is asked whom to
     * encrypt for. Once stored it is in the outbox: it goes out again, the same bytes under the same id, after a
     * reconnect, after a restart, and when the server does not acknowledge it in time, until it is acknowledged or
     * {@linkplain SendingConfig#outboxExpiry too old}. What becomes of it is published as {@code messages.update} too,
     * for those who do not hold the future any more.
     *
     * <p>Cancelling the future drops a message that is not stored yet, and changes nothing for one that is.
     *
     * @param to a person by phone number or LID; a device part is ignored
     * @param content what to send
     * @return completes with key and server time when the server has acknowledged the message. Fails with
     *     {@link dev.waxwing.error.ServerRefusedException} if the server refuses it or the person has no devices (404),
     *     {@link dev.waxwing.error.OutboxFullException} at once if too many messages wait already,
     *     {@link dev.waxwing.error.ConnectionLostException} if it could not be stored within
     *     {@linkplain SendingConfig#timeout the timeout of sending}: it is not sent,
     *     {@link dev.waxwing.error.RequestTimeoutException} if it was stored and not acknowledged in that time: it
     *     stays in the outbox and still goes out, so do not send it as another message,
     *     {@link dev.waxwing.error.MessageExpiredException} if it became too old, or the reason for which the socket
     *     ended: what is in the outbox then goes out after the next start
     * @throws IllegalArgumentException if {@code to} is not a person
     * @throws IllegalStateException if this device is not linked yet
     */
    public CompletableFuture<SentMessage> sendMessage(Jid to, Content content) {
        return sendMessage(to, content, DEFAULT_SEND);
    }

    /**
     * Sends a message to a person, a group, or with {@linkplain SendOptions.Builder#recipients recipients} as a status
     * or to a broadcast list, with options.
     *
     * <p>An application that chooses the {@linkplain SendOptions.Builder#messageId(String) id} can make sure that a
     * message is sent exactly once. It keeps the id with whatever made it send, calls, and takes note when the future
     * completes; if it dies in between, it calls again with the same id after its restart:
     *
     * <ul>
     *   <li>if the first call had not stored the message, this one sends it;
     *   <li>if the message is in the outbox, the future completes with its acknowledgement;
     *   <li>if the server has acknowledged it, the future completes at once with the key and time of then; if it was
     *   refused, the
     *       future fails as then.
     * </ul>
     *
     * <p>Nothing is encrypted twice, also if both calls run at the same time; the content of the repeated call is not
     * looked at. An id is remembered for 7 days. After that the same id is sent as a new message, which a recipient's
     * client may take for a duplicate of the old one.
     *
     * @param to a person by phone number or LID, a group, {@link Jid#STATUS_BROADCAST} or a broadcast list; a device
     *     part is ignored
     * @param content what to send
     * @param options how to send it
     * @return as {@link #sendMessage(Jid, Content)}; fails with {@link IllegalArgumentException} if a message to
     *     another chat has this id, or if it takes back a status of which is not known any more to whom it went
     * @throws IllegalArgumentException if {@code to} is none of these, or recipients are named where they must not be
     *     or not where they must
     * @throws IllegalStateException if this device is not linked yet
     */
    public CompletableFuture<SentMessage> sendMessage(Jid to, Content content, SendOptions options) {
        return account.handOut(account.messaging()
                .send(
                        requireNonNull(to, "to"),
                        requireNonNull(content, "content"),
                        requireNonNull(options, "options").messageId().orElse(null),
                        new Recipients(options.recipients(), options.statusSetting()))
                .result());
    }

    /**
     * Sends a message to many people, politely: see {@link #sendAll(Collection, Function, BatchOptions)}.
     *
     * @param recipients to whom; each gets it once, however often it is named
     * @param content what to send
     * @return the batch on its way
     */
    public BatchSend sendAll(Collection<Jid> recipients, Content content) {
        requireNonNull(content, "content");
        return sendAll(recipients, recipient -> content, DEFAULT_BATCH);
    }

    /**
     * Sends each of many people a message, several at once, and tells what became of each. For people who agreed to
     * hear from this account: by default one message a second is started, and
     * {@link BatchOptions.Builder#skipIf skipIf} leaves out who opted out.
     *
     * <p>Messages go the way of {@link #sendMessage(Jid, Content, SendOptions)}, with its promises. One that fails does
     * not stop the others.
     *
     * @param recipients to whom; each gets one, however often it is named and whether by number or by LID, as far as
     *     that is known
     * @param content what to send, given the recipient; called where listeners run, may block; if it throws, that is
     *     the recipient's failure
     * @param options how to send
     * @return the batch on its way
     */
    public BatchSend sendAll(
            Collection<Jid> recipients, Function<? super Jid, ? extends Content> content, BatchOptions options) {
        return account.batches().start(recipients, content, options);
    }

    /**
     * Tells the authors of messages that these were read (blue ticks). Short for {@link #sendReceipts} with
     * {@link ReceiptType#READ}.
     *
     * @param keys messages received
     * @return as {@link #sendReceipts}
     * @throws IllegalArgumentException if this account sent one of the messages
     */
    public CompletableFuture<Void> readMessages(Collection<MessageKey> keys) {
        return sendReceipts(keys, ReceiptType.READ);
    }

    /**
     * Says of one message that it was read or played.
     *
     * @param key a message received
     * @param type as for {@link #sendReceipts}
     * @return as {@link #sendReceipts}
     * @throws IllegalArgumentException if the type is another, or this account sent the message
     */
    public CompletableFuture<Void> sendReceipt(MessageKey key, ReceiptType type) {
        return sendReceipts(List.of(requireNonNull(key, "key")), type);
    }

    /**
     * Says of messages that they were read or played. One receipt is sent for each author and chat, and more than one
     * if there are more than 256 messages. Delivery receipts are not the application's to send: Waxwing sends them when
     * a message is stored.
     *
     * @param keys messages received
     * @param type {@link ReceiptType#READ} or {@link ReceiptType#PLAYED} to tell the authors (only the own devices, if
     *     {@link ReceivingConfig#readReceipts} says so), {@link ReceiptType#READ_SELF} or
     *     {@link ReceiptType#PLAYED_SELF} to tell the own devices alone
     * @return completes when the receipts are written to the socket. Without a connection they wait for one, for
     *     {@linkplain SendingConfig#timeout the timeout of sending}, then the future fails with
     *     {@link dev.waxwing.error.ConnectionLostException}. They are not stored: the server does not confirm receipts
     * @throws IllegalArgumentException if the type is another, or this account sent one of the messages
     */
    public CompletableFuture<Void> sendReceipts(Collection<MessageKey> keys, ReceiptType type) {
        return account.handOut(account.messaging().receipts(Copies.list(keys, "keys"), requireNonNull(type, "type")));
    }

    /**
     * Whether people are who they are said to be.
     *
     * @return the calls about identities
     */
    public Identities identities() {
        return account.facet(Identities.class);
    }

    /**
     * Communities: groups of groups.
     *
     * @return the calls of communities
     */
    public Communities communities() {
        return account.facet(Communities.class);
    }

    /**
     * Groups: their people, settings and invitations.
     *
     * @return the calls of groups
     */
    public Groups groups() {
        return account.facet(Groups.class);
    }

    /**
     * Files in messages: downloads, and uploads ahead of sending.
     *
     * @return the calls of media
     */
    public Media media() {
        return account.facet(Media.class);
    }

    /**
     * Status: what is shown for a day to whom the account lets see it.
     *
     * @return the calls of status
     */
    public Status status() {
        return account.facet(Status.class);
    }

    /**
     * Chats, labels, the address book and settings: the application state that all devices of the account share.
     *
     * @return the calls of chats
     */
    public Chats chats() {
        return account.facet(Chats.class);
    }

    /**
     * Makes previews of links, when asked to.
     *
     * @return this account's, for as long as the socket lives
     */
    public LinkPreviews linkPreviews() {
        return account.facet(LinkPreviews.class);
    }

    /**
     * Who is on the service, and what people show of themselves.
     *
     * @return the calls of contacts
     */
    public Contacts contacts() {
        return account.facet(Contacts.class);
    }

    /**
     * What this account shows and allows whom.
     *
     * @return the calls of privacy
     */
    public Privacy privacy() {
        return account.facet(Privacy.class);
    }

    /**
     * Who is there and who types.
     *
     * @return the calls of presence
     */
    public Presence presence() {
        return account.facet(Presence.class);
    }

    /**
     * Asks for a pairing code, by which a phone links this device instead of by a QR code: its owner types it under
     * <i>Linked devices, Link with phone number</i>. Show it as {@code XXXX-XXXX}. QR codes are published all the same.
     *
     * <p>May be called as soon as the socket is made: it waits up to 30 s for a connection that is ready to link. What
     * the phone does then is told as after a QR code: {@link #whenOpen} completes, or the socket closes with
     * {@link dev.waxwing.error.PairingFailedException} if the code expires ({@link LinkingConfig#pairingCodeTimeout})
     * or was mistyped. Another request makes the code before void, and so does a lost connection
     * ({@code connection.update} says that it reconnects): ask again then. While it is typed, the phone shows this
     * device by its browser and, of the system, a name that the service knows.
     *
     * @param phoneNumber the number of the phone: 7 to 15 digits, the country code first, without {@code +}, spaces or
     *     a leading 0
     * @return completes with the 8 characters when the server has accepted them. Fails with
     *     {@link dev.waxwing.error.ConnectionLostException} if there is no such connection or it is lost,
     *     {@link dev.waxwing.error.RequestTimeoutException} if the server does not answer within 30 s,
     *     {@link dev.waxwing.error.ServerRefusedException} if it refuses,
     *     {@link dev.waxwing.error.ProtocolViolationException} if it answers with something else,
     *     {@link dev.waxwing.error.PairingFailedException} if another code is asked for or a phone scans a QR code
     *     meanwhile, or the reason for which the socket closed
     * @throws IllegalArgumentException if {@code phoneNumber} is not such a number
     * @throws IllegalStateException if this device is linked
     */
    public CompletableFuture<String> requestPairingCode(String phoneNumber) {
        return account.handOut(account.requestPairingCode(phoneNumber, null));
    }

    /**
     * Asks for a pairing code of the application's choice; else like {@link #requestPairingCode(String)}. A code that
     * others can guess lets them link this device to their account.
     *
     * @param phoneNumber the number of the phone: 7 to 15 digits, the country code first, without {@code +}, spaces or
     *     a leading 0
     * @param code 8 characters of {@code 123456789ABCDEFGHJKLMNPQRSTVWXYZ} (no 0, I, O and U), upper or lower case,
     *     without a dash
     * @return as {@link #requestPairingCode(String)}, with the code in upper case
     * @throws IllegalArgumentException if {@code phoneNumber} or {@code code} is not such
     * @throws IllegalStateException if this device is linked
     */
    public CompletableFuture<String> requestPairingCode(String phoneNumber, String code) {
        return account.handOut(account.requestPairingCode(phoneNumber, requireNonNull(code, "code")));
    }

    /**
     * This device's phone-number JID, device number included.
     *
     * @return the JID, empty until linked
     */
    public Optional<Jid> user() {
        return account.self().me();
    }

    /**
     * This device's LID, device number included.
     *
     * @return the LID, empty until known
     */
    public Optional<Jid> lid() {
        return account.self().lid();
    }

    /**
     * The state of the connection now.
     *
     * @return the state
     */
    public ConnectionUpdate.State state() {
        return account.state();
    }

    /**
     * Waits for the socket to be ready to send.
     *
     * @return completes when the socket is open for the first time; fails with the reason if it closes before
     */
    public CompletableFuture<Void> whenOpen() {
        return account.handOut(account.whenOpen());
    }

    /**
     * Waits for the end of the socket.
     *
     * @return completes with the reason when the socket has closed for good; never fails
     */
    public CompletableFuture<WaxwingException> whenClosed() {
        return account.handOut(account.whenClosed());
    }

    /** Connects at once if the socket is waiting to reconnect: for when the network is known to be back. */
    public void reconnectNow() {
        account.reconnectNow();
    }

    /**
     * Unlinks this device at the server and closes the socket. The credentials are archived in the store; the next
     * {@link #connect} starts with fresh ones.
     *
     * @return completes when the server has confirmed; fails if it did not, and then the phone still lists the device
     */
    public CompletableFuture<Void> logout() {
        return account.handOut(account.logout());
    }

    /**
     * Closes the connection in order and lets go of all threads. Calls under way fail with
     * {@link dev.waxwing.error.SocketClosedException}; messages not acknowledged stay in the outbox. Waits for the end,
     * at most 10 seconds, unless called on one of the account's own threads. Closing twice is harmless. The store stays
     * open.
     */
    @Override
    public void close() {
        account.close();
    }
}
