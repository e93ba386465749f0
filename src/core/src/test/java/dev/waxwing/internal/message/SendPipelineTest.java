package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.delivery.ChatTimers;
import dev.waxwing.internal.delivery.Deliveries;
import dev.waxwing.internal.delivery.Delivery;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.device.SharedUserDevices;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.CachedGroups;
import dev.waxwing.internal.group.MemoryGroupMetadata;
import dev.waxwing.internal.outbox.Outbox;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.receipt.StatusUpdates;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.internal.trace.MessageTracer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.FailingStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.time.MovedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the call to the outbox, with devices that are looked up when the test says so, and time that the test moves. */
final class SendPipelineTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid CAROL = Jid.phone("15551230003");
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(60);
    private static final int LIMIT = 5;

    private final FailingStore store = new FailingStore(MemoryStore.create());
    private final PlayedStream stream = new PlayedStream();
    private final ManualTimer timer = new ManualTimer();
    private final MovedClock clock = new MovedClock(Instant.ofEpochSecond(1_760_000_000));
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final LidMappings lids = new LidMappings(store, new SignalSessions(store, credentials));
    private final EventDispatcher events = new EventDispatcher(Runnable::run, timer);
    private final ConnectionGate gate = new ConnectionGate(timer, this::execute);
    private final PlayedDelivery persons = new PlayedDelivery();
    private final AccountThreads threads = AccountThreads.builder()
            .executor(this::execute)
            .listeners(Runnable::run)
            .timer(timer)
            .build();
    private boolean ended;
    private SendPipeline sending;

    @BeforeEach
    void start() {
        credentials.loadOrCreate();
        credentials.update(own -> own.toBuilder()
                .me(Jid.phone("15551230001").withDevice(3))
                .lid(Jid.lid("100000000000001").withDevice(3))
                .build());
        Credentials own = credentials.loadOrCreate();
        SendPolicy policy = new SendPolicy(SEND_TIMEOUT, Duration.ofSeconds(20), LIMIT, Duration.ofDays(1));
        Outbox outbox = new Outbox(
                store, stream, new StatusUpdates(events), this::execute, timer, clock, policy, (stanza, ack) -> {});
        SignalSessions sessions = new SignalSessions(store, credentials);
        DeviceDirectory devices = new DeviceDirectory(
                stream,
                lids,
                new AccountRegistrations(own::self, lids, person -> {}),
                this::execute,
                new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5)));
        MessagingParts parts = new MessagingParts(
                store,
                own::self,
                () -> PublicIdentity.of(own),
                lids,
                sessions,
                new PreKeys(store, credentials),
                devices,
                new CachedGroups(stream, lids, this::execute, new MemoryGroupMetadata(10_000, Duration.ofDays(1))),
                new SessionBuilder(stream, sessions, lids, this::execute, (device, reason) -> {}),
                stream,
                events,
                new ReceivedHandlers(),
                new ContentCodecs(),
                threads,
                clock);
        sending = new SendPipeline(
                parts,
                new Deliveries(Map.of(Audience.Person.class, persons)),
                new ChatTimers(store, lids),
                outbox,
                gate,
                new MessageTracer(events, false, timer),
                policy);
        outbox.resend();
        gate.open();
    }

    @AfterEach
    void stop() {
        threads.close();
    }

    private void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("shut down");
        }
        task.run();
    }

    private SendInProgress send(Jid to, String id) {
        return sending.send(to, Content.text(id), id, Recipients.NONE);
    }

    private int rows() {
        return store.transact(tx -> tx.keys(StoreTable.OUTBOX, "", null, 100)).size();
    }

    /** Whose devices are asked for in the test, and who encrypts nothing. */
    private static final class PlayedDelivery implements Delivery {

        private final List<Jid> asked = new ArrayList<>();
        private final List<CompletableFuture<List<Jid>>> lookUps = new ArrayList<>();
        private final Set<String> unreachable = new HashSet<>();

        /** What each device gets. */
        private List<byte[]> copies = List.of();

        void listed(int lookUp) {
            lookUps.get(lookUp).complete(List.of());
        }

        @Override
        public CompletionStage<Addressees> addressees(Destination to, Self self, Runnable listed) {
            asked.add(to.chat());
            CompletableFuture<List<Jid>> lookUp = new CompletableFuture<>();
            lookUps.add(lookUp);
            return lookUp.thenApply(PlayedAddressees::new);
        }

        /** Whoever was listed. */
        private final class PlayedAddressees implements Addressees {

            private final List<Jid> devices;

            PlayedAddressees(List<Jid> devices) {
                this.devices = devices;
            }

            @Override
            public List<Jid> devices() {
                return devices;
            }

            @Override
            public Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind) {
                return new PlayedMessage(key, message);
            }
        }

        /** What encrypts nothing. */
        private final class PlayedMessage implements Prepared {

            private final MessageKey key;
            private final Message message;

            PlayedMessage(MessageKey key, Message message) {
                this.key = key;
                this.message = message;
            }

            @Override
            public Message message() {
                return message;
            }

            @Override
            public Node seal(List<Jid> devices, PeerTransaction peers, Runnable encrypted) {
                if (unreachable.contains(key.id())) {
                    throw new ServerRefusedException("message", 404, "no device", null);
                }
                return Node.builder("message")
                        .attr("id", key.id())
                        .attr("to", key.remoteJid())
                        .children(copies.stream()
                                .map(copy -> Node.builder("enc").bytes(copy).build())
                                .toList())
                        .build();
            }
        }
    }

    @Test
    void givenAConnection_whenAMessageIsSent_thenItGoesOutOnceItIsStoredAndEndsWithTheAck() {
        SendInProgress message = send(BOB, "A");
        assertThat(persons.asked).containsExactly(BOB);
        assertThat(stream.takeSent()).isEmpty();

        persons.listed(0);
        assertThat(stream.takeSentIds()).containsExactly("A");
        assertThat(rows()).isEqualTo(1);
        assertThat(message.result()).isNotDone();
        stream.acknowledge("A");

        assertThat(message.result().join().key().id()).isEqualTo("A");
    }

    @Test
    void rawMessageThatCanNeverBeSent_whenSent_thenRefusedAtTheCallWithTheLimitAndNotStored() {
        Content huge = Content.raw(
                Message.newBuilder().setConversation("x".repeat(10 << 20)).build());

        assertThatThrownBy(() -> sending.send(BOB, huge, null, Recipients.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("content")
                .hasMessageContaining(Integer.toString(SendPipeline.MAX_CONTENT_BYTES));

        assertThat(persons.asked).isEmpty();
        assertThat(rows()).isZero();
        assertThat(sending.send(BOB, Content.text("next"), null, Recipients.NONE)
                        .result())
                .as("it takes no room")
                .isNotDone();
    }

    @Test
    void rawMessageTooLargeForSoManyDevices_whenSent_thenItFailsAndIsNotStored() {
        persons.copies = List.of(new byte[6 << 20], new byte[6 << 20], new byte[6 << 20]);

        SendInProgress message = send(BOB, "A");
        persons.listed(0);

        assertFailedWith(message.result(), IllegalArgumentException.class);
        assertThat(rows()).isZero();
        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenSeveralToOneChat_whenTheFirstIsLookedUp_thenTheOthersFollowTogetherInTheirOrder() {
        send(BOB, "A");
        send(BOB, "B");
        send(BOB, "C");
        assertThat(persons.asked).as("the others wait for the first").hasSize(1);

        persons.listed(0);
        assertThat(persons.asked).as("one look-up for both").hasSize(2);
        persons.listed(1);

        assertThat(stream.takeSentIds()).containsExactly("A", "B", "C");
    }

    @Test
    void givenAChatThatWaits_whenAMessageToAnotherIsSent_thenItDoesNotWait() {
        send(BOB, "A");
        send(CAROL, "B");

        persons.listed(1);

        assertThat(stream.takeSentIds()).containsExactly("B");
    }

    @Test
    void givenDevicesThatCannotBeLookedUp_whenSent_thenTheMessageFailsAndTheNextGoesOut() {
        SendInProgress refused = send(BOB, "A");
        SendInProgress next = send(BOB, "B");

        persons.lookUps.get(0).completeExceptionally(new ServerRefusedException("iq", 403, "forbidden", null));
        persons.listed(1);

        assertFailedWith(refused.result(), ServerRefusedException.class);
        assertThat(refused.withdraw()).as("surely not stored").isTrue();
        assertThat(next.result()).isNotDone();
        assertThat(stream.takeSentIds()).containsExactly("B");
    }

    @Test
    void givenAQueryThatNobodyAnswers_whenTimeIsLeft_thenTheDevicesAreAskedForAgain() {
        SendInProgress message = send(BOB, "A");

        persons.lookUps.get(0).completeExceptionally(new RequestTimeoutException("no answer"));
        assertThat(persons.asked).hasSize(2);
        persons.listed(1);

        assertThat(stream.takeSentIds()).containsExactly("A");
        assertThat(message.result()).isNotDone();
    }

    @Test
    void givenAConnectionLostWhileDevicesWereAskedFor_whenTheNextOpens_thenTheyAreAskedForOnIt() {
        send(BOB, "A");
        persons.lookUps.get(0).completeExceptionally(new ConnectionLostException("gone"));
        assertThat(persons.asked).as("not on the connection that was lost").hasSize(1);

        gate.shut();
        gate.open();

        assertThat(persons.asked).hasSize(2);
        persons.listed(1);
        assertThat(stream.takeSentIds()).containsExactly("A");
    }

    @Test
    void givenNoConnection_whenTheTimeIsUp_thenTheMessageIsGivenUpAndNeverSent() {
        gate.shut();
        SendInProgress message = send(BOB, "A");
        timer.advance(SEND_TIMEOUT.minusMillis(1));
        assertThat(message.result()).isNotDone();

        timer.advance(Duration.ofMillis(1));
        assertFailedWith(message.result(), ConnectionLostException.class);
        gate.open();

        assertThat(persons.asked).isEmpty();
        assertThat(message.withdraw()).as("surely not stored").isTrue();
        assertThat(rows()).isZero();
    }

    @Test
    void givenAMessageInTheOutbox_whenTheTimeIsUp_thenItsFutureFailsAndItStaysThere() {
        SendInProgress message = send(BOB, "A");
        persons.listed(0);

        timer.advance(SEND_TIMEOUT);

        assertFailedWith(message.result(), RequestTimeoutException.class);
        assertThat(message.withdraw()).isFalse();
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void givenAMessageThatIsCancelled_whenItsDevicesAreKnown_thenItIsNotSentAndTheOthersAre() {
        SendInProgress first = send(BOB, "A");
        SendInProgress second = send(BOB, "B");
        first.result().cancel(false);
        persons.listed(0);
        assertThat(stream.takeSent()).isEmpty();

        persons.listed(1);

        assertThat(stream.takeSentIds()).containsExactly("B");
        assertThat(second.result()).isNotDone();
    }

    @Test
    void givenOneThatCannotBeEncrypted_whenSentWithOthers_thenItFailsAlone() {
        send(BOB, "FIRST");
        SendInProgress before = send(BOB, "A");
        SendInProgress broken = send(BOB, "B");
        SendInProgress after = send(BOB, "C");
        persons.unreachable.add("B");
        persons.listed(0);
        persons.listed(1);

        assertFailedWith(broken.result(), ServerRefusedException.class);
        assertThat(before.result()).isNotDone();
        assertThat(after.result()).isNotDone();
        assertThat(stream.takeSentIds()).containsExactly("FIRST", "A", "C");
    }

    @Test
    void givenAStoreThatFails_whenTheMessageIsToBeStored_thenItFailsAndDoesNotGoOut() {
        SendInProgress message = sending.send(BOB, Content.text("x"), null, Recipients.NONE);
        store.failing(true);
        persons.listed(0);
        store.failing(false);

        assertThat(message.result()).isCompletedExceptionally();
        assertThat(stream.takeSent()).isEmpty();
        assertThat(rows()).isZero();
    }

    @Test
    void givenAFullOutbox_whenOneMoreIsSent_thenItFailsUntilThereIsRoom() {
        for (int i = 0; i < LIMIT; i++) {
            send(BOB, "A" + i);
        }
        assertFailedWith(send(BOB, "OVER").result(), OutboxFullException.class);

        persons.listed(0);
        stream.acknowledge("A0");

        assertThat(send(BOB, "NEXT").result()).isNotDone();
    }

    @Test
    void givenManyThatAreGivenUpWhileTheirChatWaits_whenMoreAreSent_thenTheLaneIsBounded() {
        send(BOB, "FIRST");
        for (int i = 0; i < 2 * LIMIT; i++) {
            assertThat(send(BOB, "A" + i).withdraw()).isTrue();
        }

        assertFailedWith(send(BOB, "OVER").result(), OutboxFullException.class);
        assertThat(send(CAROL, "OTHER").result())
                .as("the bound holds for all chats")
                .isCompletedExceptionally();
        persons.listed(0);
        assertThat(send(CAROL, "LATER").result()).isNotDone();
    }

    @Test
    void givenAChosenIdThatWasSentBefore_whenSentAgain_thenNothingGoesOutAndBothEndTogether() {
        SendInProgress first = send(BOB, "A");
        persons.listed(0);
        stream.takeSent();

        SendInProgress again = send(BOB, "A");
        assertThat(persons.asked).hasSize(1);
        stream.acknowledge("A");

        assertThat(again.result()).isCompletedWithValue(first.result().join());
        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenAChosenIdOfAnotherChat_whenSent_thenItIsRefused() {
        send(BOB, "A");
        persons.listed(0);

        assertFailedWith(send(CAROL, "A").result(), IllegalArgumentException.class);
    }

    @Test
    void givenASocketThatHasEnded_whenSent_thenTheReasonIsTold() {
        ended = true;
        gate.close(new SocketClosedException("closed"));

        assertFailedWith(send(BOB, "A").result(), SocketClosedException.class);
    }

    @Test
    void givenAnAddressThatIsNoPerson_whenSent_thenTheCallSaysSo() {
        assertThatThrownBy(() -> send(Jid.parse("120363000000000001@g.us"), "A"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to must be a person, a group, the status or a broadcast list");
    }

    private static void assertFailedWith(CompletableFuture<?> future, Class<? extends Throwable> type) {
        assertThat(future).isCompletedExceptionally();
        assertThat(future.handle((value, failure) -> failure).join()).isExactlyInstanceOf(type);
    }
}
