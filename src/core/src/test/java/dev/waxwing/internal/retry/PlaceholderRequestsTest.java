package dev.waxwing.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.OwnPhone;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.device.SharedUserDevices;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.inbox.MissingMessages;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the own phone is asked, and for how many messages at once; the test is the phone, and moves the time. */
final class PlaceholderRequestsTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Duration DELAY = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 100;

    private final Party laptop = new Party("15551230001:3@s.whatsapp.net", MemoryStore.create());
    private final Party phone = new Party("15551230001@s.whatsapp.net", MemoryStore.create());
    private final LidMappings lids = new LidMappings(laptop.store, laptop.sessions);
    private final PlayedStream stream = new PlayedStream();
    private final ManualTimer timer = new ManualTimer();
    private final AccountThreads threads = AccountThreads.builder()
            .executor(Runnable::run)
            .listeners(Runnable::run)
            .timer(timer)
            .build();
    private PlaceholderRequests requests;

    @BeforeEach
    void start() {
        laptop.credentials.update(
                own -> own.toBuilder().me(laptop.jid).account(new byte[] {7}).build());
        laptop.greet(phone);
        Credentials own = laptop.credentials.loadOrCreate();
        MessagingParts parts = new MessagingParts(
                laptop.store,
                own::self,
                () -> PublicIdentity.of(own),
                lids,
                laptop.sessions,
                laptop.preKeys,
                new DeviceDirectory(
                        stream,
                        lids,
                        new AccountRegistrations(own::self, lids, person -> {}),
                        Runnable::run,
                        new SharedUserDevices(1).ofAccount(Duration.ofMinutes(5))),
                new NoGroups(),
                new SessionBuilder(stream, laptop.sessions, lids, Runnable::run, (device, reason) -> {}),
                stream,
                new EventDispatcher(Runnable::run, timer),
                new ReceivedHandlers(),
                new ContentCodecs(),
                threads,
                Clock.fixed(NOW, ZoneOffset.UTC));
        requests = new PlaceholderRequests(
                parts, new MissingMessages(laptop.store), new OwnPhone(parts, Duration.ofSeconds(20)), DELAY);
        requests.opened();
    }

    @AfterEach
    void stop() {
        requests.close();
        threads.close();
    }

    @Test
    void givenAMessageFails_whenItsSenderHadItsSeconds_thenThePhoneIsAskedAndNotBefore() {
        fail("A");

        timer.advance(DELAY.minusNanos(1));
        assertThat(stream.takeSent()).as("a moment too early").isEmpty();

        timer.advance(Duration.ofNanos(1));
        assertThat(askedFor(stream.takeSent())).containsExactly(List.of("A"));
    }

    @Test
    void givenMessagesFailOneAfterAnother_whenTheFirstIsDue_thenTheOthersShareTheNextRequest() {
        fail("A");
        timer.advance(Duration.ofSeconds(1));
        fail("B");
        timer.advance(Duration.ofSeconds(1));
        fail("C");

        timer.advance(Duration.ofSeconds(3));
        assertThat(askedFor(stream.takeSent())).containsExactly(List.of("A"));

        timer.advance(DELAY.minusNanos(1));
        assertThat(stream.takeSent()).as("requests are a delay apart").isEmpty();

        timer.advance(Duration.ofNanos(1));
        assertThat(askedFor(stream.takeSent())).containsExactly(List.of("B", "C"));
    }

    @Test
    void givenMoreThanARequestHolds_whenTheyAreDue_thenOneFullRequestGoesOutAndTheRestFollowsADelayLater() {
        List<String> ids = IntStream.range(0, MOST_AT_ONCE + 1)
                .mapToObj(number -> "M" + number)
                .toList();
        ids.forEach(this::fail);

        timer.advance(DELAY);
        assertThat(askedFor(stream.takeSent())).containsExactly(ids.subList(0, MOST_AT_ONCE));

        timer.advance(DELAY);
        assertThat(askedFor(stream.takeSent())).containsExactly(List.of("M" + MOST_AT_ONCE));
    }

    @Test
    void givenOnePersonsMessagesFailWithoutEnd_whenTheBoundIsReached_thenThePhoneIsAskedForNoMoreOfThemAndForOthers() {
        for (int i = 0; i < 2 * PlaceholderRequests.MOST_ASKED_OF_A_PERSON; i++) {
            fail("M" + i);
            if (i % MOST_AT_ONCE == 0) {
                timer.advance(DELAY.multipliedBy(2));
                stream.takeSent().forEach(request -> stream.acknowledge(request.requireAttr("id")));
            }
        }
        requests.failed(envelope("X", "15551230008"), MessageKey.of(Jid.phone("15551230008"), false, "X"));

        timer.advance(DELAY.multipliedBy(2));

        List<String> last =
                askedFor(stream.takeSent()).stream().flatMap(List::stream).toList();
        assertThat(last).contains("X").doesNotContain("M" + PlaceholderRequests.MOST_ASKED_OF_A_PERSON);
    }

    private void fail(String id) {
        requests.failed(envelope(id, "15551230002"), MessageKey.of(Jid.phone("15551230002"), false, id));
    }

    private Envelope envelope(String id, String sender) {
        Node stanza = Node.builder("message")
                .attr("id", id)
                .attr("from", Jid.phone(sender))
                .attr("t", NOW.getEpochSecond())
                .child(Node.builder("enc")
                        .attr("type", "msg")
                        .bytes(new byte[] {1})
                        .build())
                .build();
        return Envelope.parse(stanza, laptop.credentials.loadOrCreate().self());
    }

    /** The ids of each request, as the phone reads them. */
    private List<List<String>> askedFor(List<Node> stanzas) {
        return stanzas.stream().map(this::askedFor).toList();
    }

    private List<String> askedFor(Node stanza) {
        Node enc = stanza.requireChild("enc");
        Ciphertext ciphertext = new Ciphertext(
                Ciphertext.Type.ofWireName(enc.requireAttr("type")).orElseThrow(), enc.requireBytes());
        byte[] padded = phone.with(laptop, tx -> tx.decrypt(laptop.jid, ciphertext));
        return message(MessagePadding.strip(padded))
                .getProtocolMessage()
                .getPeerDataOperationRequestMessage()
                .getPlaceholderMessageResendRequestList()
                .stream()
                .map(request -> request.getMessageKey().getID())
                .toList();
    }

    private static Message message(byte[] bytes) {
        try {
            return Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static final class NoGroups implements GroupRoster {

        @Override
        public CompletableFuture<Boolean> isAdmin(Jid group, Jid person) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<GroupParticipants> participants(Jid group) {
            throw new AssertionError("not used here");
        }

        @Override
        public void reached(Jid group, Collection<Jid> people) {
            throw new AssertionError("no groups here");
        }

        @Override
        public void forget(Jid group) {
            throw new AssertionError("not used here");
        }
    }
}
