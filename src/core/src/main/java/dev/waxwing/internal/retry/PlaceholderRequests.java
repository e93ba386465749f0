package dev.waxwing.internal.retry;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.ReceivedProtocol;
import dev.waxwing.internal.area.ReceivedTransaction;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.content.ReceivedContent;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.OwnPhone;
import dev.waxwing.internal.inbox.Inbox;
import dev.waxwing.internal.inbox.MissingMessages;
import dev.waxwing.internal.inbox.MissingMessages.Missing;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.internal.threads.ThrottledLog;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage.PlaceholderMessageResendRequest;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import dev.waxwing.proto.e2e.PeerDataOperationRequestType;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.proto.web.WebMessageInfo;
import dev.waxwing.store.StoreTable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the account's own phone for messages that this device could not read: the last resort if their sender cannot
 * send them again, and the only one for those the server says this device may not have. Rules as peers Baileys and
 * whatsmeow apply them: the sender gets some seconds first, each message is asked for once, and only the phone's answer
 * counts.
 *
 * <p>What is missing is kept in the store ({@link MissingMessages}), so that a request and its answer may lie in
 * different processes. A message counts as asked for when the server has acknowledged the request, which it then keeps
 * for a phone that is off: such a message is not asked for again, not after a restart either. A request that was cut
 * off before is made again after the next login: the phone may have had it, and being asked twice does it no harm.
 * After a login the sender has its seconds anew, because what it sent again meanwhile arrives only then.
 */
public final class PlaceholderRequests {

    private static final Logger LOG = LoggerFactory.getLogger(PlaceholderRequests.class);

    private static final int MOST_AT_ONCE = 100;

    /** Each request shows in the phone, and it has to look for each message. */
    static final int MOST_ASKED_OF_A_PERSON = 300;

    /** A request that costs a connection must not cost every one. The next process tries again. */
    private static final int MOST_ATTEMPTS = 3;

    private final MissingMessages missing;
    private final LidMappings lids;
    private final OwnPhone phone;
    private final AccountThreads threads;
    private final Clock clock;
    private final Duration delay;

    /** In the order in which they are due. Guards the fields below. */
    private final Deque<ScheduledRequest> waiting = new ArrayDeque<>();

    /** What waits for the next login. */
    private final List<MessageToAsk> afterNextLogin = new ArrayList<>();

    private final Lazy<HourlyBudget> budget;
    private final Lazy<ThrottledLog> refusals;
    private int logins;
    private boolean timerRuns;
    private boolean closed;

    /** A message to be asked for, and how often that was tried in vain. */
    private record MessageToAsk(Missing message, int attempts) {}

    private record ScheduledRequest(MessageToAsk toAsk, long nanoTime) {}

    /**
     * Creates one for an account.
     *
     * @param parts what the account has
     * @param missing what could not be read
     * @param phone takes the requests
     * @param delay how long the sender has before the phone is asked; positive
     */
    public PlaceholderRequests(MessagingParts parts, MissingMessages missing, OwnPhone phone, Duration delay) {
        this.missing = requireNonNull(missing, "missing");
        this.lids = parts.lids();
        this.phone = requireNonNull(phone, "phone");
        this.threads = parts.threads();
        this.clock = parts.clock();
        this.delay = requireNonNull(delay, "delay");
        this.budget = new Lazy<>(() ->
                new HourlyBudget("messages that the phone is asked for", MOST_ASKED_OF_A_PERSON, threads.timer()));
        this.refusals = new Lazy<>(() -> new ThrottledLog(LOG, threads.timer()));
        missing.notAsked().forEach(message -> afterNextLogin.add(new MessageToAsk(message, 0)));
    }

    /**
     * Takes the phone's answers.
     *
     * @param on where to register
     */
    public void register(Registrations on) {
        on.received(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE, this::answered);
        on.table(StoreTable.MISSING_MESSAGES);
    }

    /** What an earlier connection or process left is asked for. Call after each login, off the event loop. */
    public void opened() {
        missing.prune(clock.instant());
        List<MessageToAsk> again;
        synchronized (waiting) {
            logins++;
            again = List.copyOf(afterNextLogin);
            afterNextLogin.clear();
        }
        enqueue(again);
    }

    /**
     * Notes a message that could not be read, to ask for it unless it comes meanwhile. It is in the store when this
     * returns, and only then its stanza may be acknowledged. Not for the event loop.
     *
     * @param envelope the message's envelope
     * @param key its key
     */
    public void failed(Envelope envelope, MessageKey key) {
        if (!isAskedFor(envelope)) {
            return;
        }
        Jid sender = lids.canonical(envelope.sender());
        if (!budget.get().spend(sender.person())) {
            return;
        }
        InboxEntry head = Inbox.entry(
                key, envelope.timestamp(), envelope.pushName(), envelope.isOffline(), Message.getDefaultInstance());
        Missing message = new Missing(head, lids.formsOf(sender), false);
        if (missing.add(message)) {
            enqueue(List.of(new MessageToAsk(message, 0)));
        }
    }

    private boolean isAskedFor(Envelope envelope) {
        return envelope.isOnOwnPhone()
                && envelope.timestamp().isAfter(clock.instant().minus(MissingMessages.OLDEST));
    }

    /** Nothing is asked for any more; the rows wait for the next start. */
    public void close() {
        synchronized (waiting) {
            closed = true;
            waiting.clear();
            afterNextLogin.clear();
        }
    }

    private void enqueue(List<MessageToAsk> messages) {
        synchronized (waiting) {
            if (closed || messages.isEmpty()) {
                return;
            }
            long due = threads.timer().nanoTime() + delay.toNanos();
            messages.forEach(message -> waiting.add(new ScheduledRequest(message, due)));
            if (timerRuns) {
                return;
            }
            timerRuns = true;
        }
        startTimer(delay);
    }

    private void startTimer(Duration after) {
        try {
            threads.after(after, () -> {
                try {
                    threads.executor().execute(this::askForWhatIsDue);
                } catch (RejectedExecutionException e) {
                    close();
                }
            });
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    private void askForWhatIsDue() {
        List<MessageToAsk> due = new ArrayList<>();
        long next = -1;
        int login;
        synchronized (waiting) {
            long now = threads.timer().nanoTime();
            while (!waiting.isEmpty() && waiting.element().nanoTime() - now <= 0 && due.size() < MOST_AT_ONCE) {
                due.add(waiting.remove().toAsk());
            }
            if (waiting.isEmpty()) {
                timerRuns = false;
            } else {
                // What fails meanwhile goes into the next request, unless it would not all fit.
                next = waiting.size() < MOST_AT_ONCE
                        ? Math.max(delay.toNanos(), waiting.element().nanoTime() - now)
                        : Math.max(0, waiting.element().nanoTime() - now);
            }
            login = logins;
        }
        if (next >= 0) {
            startTimer(Duration.ofNanos(next));
        }
        if (!due.isEmpty()) {
            ask(due, login);
        }
    }

    /**
     * @param login the number of the login after which this was due
     */
    private void ask(List<MessageToAsk> due, int login) {
        CompletableFuture.completedFuture(
                        due.stream().map(MessageToAsk::message).toList())
                .thenApply(missing::stillMissing)
                .thenCompose(messages -> messages.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : request(messages).thenRunAsync(() -> missing.asked(messages), threads.executor()))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        notAsked(due, login, Failures.unwrap(failure));
                    }
                });
    }

    private void notAsked(List<MessageToAsk> due, int login, Throwable failure) {
        List<MessageToAsk> again = due.stream()
                .map(wanted -> new MessageToAsk(wanted.message(), wanted.attempts() + 1))
                .filter(wanted -> wanted.attempts() < MOST_ATTEMPTS)
                .toList();
        if (again.size() < due.size()) {
            LOG.warn(
                    "The phone could not be asked for {} messages in {} attempts; the next process tries again",
                    due.size() - again.size(),
                    MOST_ATTEMPTS,
                    failure);
        }
        LOG.debug("The phone is asked for {} messages after the next login", again.size(), failure);
        synchronized (waiting) {
            if (login == logins) {
                afterNextLogin.addAll(again);
                return;
            }
        }
        // There was one before this was told.
        enqueue(again);
    }

    /**
     * @return completes when the server has the request
     */
    private CompletableFuture<Void> request(List<Missing> messages) {
        LOG.debug("The phone is asked for {} messages", messages.size());
        return phone.tell(requestFor(messages));
    }

    private static Message requestFor(List<Missing> messages) {
        PeerDataOperationRequestMessage.Builder request = PeerDataOperationRequestMessage.newBuilder()
                .setPeerDataOperationRequestType(PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND);
        messages.forEach(message -> request.addPlaceholderMessageResendRequest(
                PlaceholderMessageResendRequest.newBuilder().setMessageKey(onTheWire(message.head()))));
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_MESSAGE)
                        .setPeerDataOperationRequestMessage(request))
                .build();
    }

    private static dev.waxwing.proto.common.MessageKey onTheWire(InboxEntry head) {
        dev.waxwing.proto.common.MessageKey.Builder wire = dev.waxwing.proto.common.MessageKey.newBuilder()
                .setRemoteJID(head.getChat())
                .setFromMe(head.getFromMe())
                .setID(head.getId());
        if (head.hasParticipant()) {
            wire.setParticipant(head.getParticipant());
        }
        return wire.build();
    }

    /** Puts the messages of an answer into the inbox. A message that came meanwhile is not put there twice. */
    private void answered(ReceivedProtocol answer, ReceivedTransaction transaction) {
        if (!answer.isFromOwnPhone()) {
            refusals.get().warn(answer.sender().person(), "answers in place of the own phone; that is ignored");
            return;
        }
        answer.message().getPeerDataOperationRequestResponseMessage().getPeerDataOperationResultList().stream()
                .filter(PeerDataOperationResult::hasPlaceholderMessageResendResponse)
                .map(result -> result.getPlaceholderMessageResendResponse().getWebMessageInfoBytes())
                .filter(bytes -> !bytes.isEmpty())
                .forEach(bytes -> deliver(bytes, transaction));
    }

    private void deliver(ByteString bytes, ReceivedTransaction transaction) {
        WebMessageInfo info;
        try {
            info = WebMessageInfo.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            refusals.get().warn("The own phone", "answers with " + bytes.size() + " bytes that are no message");
            return;
        }
        String id = info.getKey().getID();
        Missing known = missing.find(id);
        if (known == null || !isSame(known, info.getKey())) {
            refusals.get().warn("The own phone", "answers with message " + id + ", which is not missing");
            return;
        }
        ReceivedContent content = new ReceivedContent(Jid.parse(known.head().getChat()), info.getMessage());
        InboxEntry.Builder entry =
                known.head().toBuilder().setMessage(content.message().toByteString());
        if (info.hasPushName()) {
            entry.setPushName(info.getPushName());
        }
        transaction.toInbox(id, known.origin(), content.isForListeners() ? entry.build() : null);
    }

    /** Somebody else may have sent a message under the same id; that one must not appear under this author. */
    private static boolean isSame(Missing known, dev.waxwing.proto.common.MessageKey key) {
        if (known.head().getFromMe() || key.getFromMe()) {
            return known.head().getFromMe() == key.getFromMe();
        }
        try {
            Jid author = Jid.parse(key.getParticipant().isEmpty() ? key.getRemoteJID() : key.getParticipant());
            return known.author().stream().anyMatch(author::sameUser);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
