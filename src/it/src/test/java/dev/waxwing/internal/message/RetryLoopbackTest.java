package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.SocketConfig;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two Waxwing clients on a strict server; what one cannot decrypt heals, whatever was lost. */
class RetryLoopbackTest {

    private static final int MAX_RETRIES = 5;
    private static final long PATIENCE_SECONDS = 30;
    private static final Duration NEVER = Duration.ofDays(7);

    @TempDir
    Path folder;

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;

    @BeforeEach
    void start() {
        server = LoopbackServer.builder().strict(true).start();
    }

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        server.close();
    }

    private Talker link(String account) throws Exception {
        return link(account, options -> options);
    }

    private Talker link(String account, UnaryOperator<SocketConfig.Builder> options) throws Exception {
        return keep(Talker.link(server, account, MemoryStore.create(), options));
    }

    private Talker keep(Talker talker) {
        talkers.add(talker);
        return talker;
    }

    /** Both have answered each other, so that each side's session is settled. */
    private static void converse(Talker one, Talker other) throws Exception {
        other.await(one.say(other, "hello"));
        one.await(other.say(one, "hello yourself"));
        other.await(one.say(other, "so we talk"));
    }

    // What may go wrong

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenCiphertextCorruptedOnItsWay_whenReceived_thenOneRetryHealsIt(boolean firstEver) throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        if (!firstEver) {
            converse(alice, bob);
        }
        server.faults().add(toDevice(bob).first(1), new FaultAction.CorruptCiphertext());

        String id = alice.say(bob, "broken on its way");

        assertThat(bob.await(id).text()).isEqualTo("broken on its way");
        assertThat(bob.undecryptable()).extracting(MessageUndecryptable::reason).containsExactly(Reason.BAD_MAC);
        assertThat(retriesOf(id)).hasSize(1);
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenServerThatLosesTheCopySentAnew_whenItIsNotAcked_thenItGoesOutOnceMore() throws Exception {
        Talker alice = link("Alice", options -> options.sending(sending -> sending.ackTimeout(Duration.ofMillis(200))));
        // The phone must not be what helps.
        Talker bob = link("Bob", options -> options.receiving(receiving -> receiving.placeholderResendDelay(NEVER)));
        converse(alice, bob);
        server.faults().add(toDevice(bob).first(1), new FaultAction.CorruptCiphertext());
        server.faults()
                .add(StanzaMatch.in("message").client(alice.device()).nth(2).first(1), new FaultAction.Drop());

        String id = alice.say(bob, "lost on its second way");

        assertThat(bob.await(id).text()).isEqualTo("lost on its second way");
        assertThat(retriesOf(id)).hasSize(1);
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenReceiverWithoutSessions_whenBothGoOn_thenNothingIsLostOrDeliveredTwice() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);

        bob.disconnect();
        bob.lose(StoreTable.SESSIONS);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(alice.say(bob, "while away " + i));
        }
        bob.reconnect();
        for (int i = 0; i < 3; i++) {
            ids.add(alice.say(bob, "meanwhile " + i));
            alice.await(bob.say(alice, "answer " + i));
        }

        assertHealed(bob, ids);
        assertThat(bob.texts())
                .containsExactlyInAnyOrder(
                        "hello",
                        "so we talk",
                        "while away 0",
                        "while away 1",
                        "while away 2",
                        "while away 3",
                        "meanwhile 0",
                        "meanwhile 1",
                        "meanwhile 2");
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenSenderWithoutSessions_whenTheOtherWrites_thenItHealsJustTheSame() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);

        alice.disconnect();
        alice.lose(StoreTable.SESSIONS);
        alice.reconnect();
        List<String> toBob = new ArrayList<>();
        List<String> toAlice = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            toAlice.add(bob.say(alice, "to the forgetful " + i));
            toBob.add(alice.say(bob, "from the forgetful " + i));
        }

        assertHealed(bob, toBob);
        assertHealed(alice, toAlice);
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenBothWithoutSessions_whenBothWriteAtOnce_thenBothHeal() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);

        for (Talker talker : List.of(alice, bob)) {
            talker.disconnect();
        }
        alice.lose(StoreTable.SESSIONS);
        bob.lose(StoreTable.SESSIONS);
        alice.reconnect();
        List<String> toBob = List.of(alice.say(bob, "first"), alice.say(bob, "second"));
        alice.disconnect();
        bob.reconnect();
        // Written before Bob has seen a word of Alice's: both sides start sessions that cross.
        List<String> toAlice = List.of(bob.say(alice, "eins"), bob.say(alice, "zwei"));
        alice.reconnect();

        assertHealed(bob, toBob);
        assertHealed(alice, toAlice);
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenReceiverWithAnOldBackup_whenBothGoOn_thenSessionsThatPartedHeal() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        var backup = bob.store().transact(tx -> tx.scanPrefix(StoreTable.SESSIONS, "", 100));
        for (String more : List.of("after the backup", "much later")) {
            alice.await(bob.say(alice, more));
            bob.await(alice.say(bob, more));
        }

        bob.disconnect();
        bob.lose(StoreTable.SESSIONS);
        bob.store().transact(tx -> {
            backup.forEach(row -> tx.put(StoreTable.SESSIONS, row.key(), row.value()));
            return true;
        });
        bob.reconnect();
        List<String> toBob = List.of(alice.say(bob, "do you still know"), alice.say(bob, "what I said"));
        List<String> toAlice = List.of(bob.say(alice, "partly"));

        assertHealed(bob, toBob);
        assertHealed(alice, toAlice);
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenReceiverWithoutOneTimeKeys_whenSomebodyNewWrites_thenOneRetryWithFreshKeysHealsIt() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        bob.disconnect();
        bob.lose(StoreTable.PRE_KEYS);
        bob.reconnect();

        String id = alice.say(bob, "by a key you lost");

        assertThat(bob.await(id).text()).isEqualTo("by a key you lost");
        assertThat(bob.undecryptable()).extracting(MessageUndecryptable::reason).containsExactly(Reason.INVALID_KEY_ID);
        assertThat(retriesOf(id))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.child("keys")).isNotNull());
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenOwnOtherDeviceWithoutSessions_whenThisOneWrites_thenItsCopyHealsToo() throws Exception {
        Talker phone = link("Alice");
        Talker tablet = link("Alice");
        Talker bob = link("Bob");
        tablet.await(phone.say(bob, "one"));
        phone.await(tablet.say(bob, "two"));
        tablet.disconnect();
        tablet.lose(StoreTable.SESSIONS);
        tablet.reconnect();

        String id = phone.say(bob, "three");

        assertThat(tablet.await(id).key())
                .isEqualTo(MessageKey.builder(bob.lid(), true, id)
                        .remoteJidAlt(bob.phoneNumber())
                        .build());
        assertThat(retriesOf(id)).hasSize(1);
        String next = phone.say(bob, "four");
        tablet.await(next);
        assertThat(retriesOf(next)).isEmpty();
        assertThat(tablet.texts()).containsExactly("one", "three", "four");
    }

    // Answering

    @Test
    void givenSenderThatRestarted_whenAskedAgain_thenItAnswersFromItsStore() throws Exception {
        Talker alice =
                keep(Talker.link(server, "Alice", SqliteStore.at(folder.resolve("alice.db")), options -> options));
        Talker bob = link("Bob");
        converse(alice, bob);
        bob.disconnect();
        bob.lose(StoreTable.SESSIONS);
        String id = alice.say(bob, "sent before the restart");
        alice.close();
        talkers.remove(alice);

        bob.reconnect();
        bob.awaitUndecryptable(id, 1);
        Talker restarted =
                keep(Talker.link(server, "Alice", SqliteStore.at(folder.resolve("alice.db")), options -> options));

        assertThat(bob.await(id).text()).isEqualTo("sent before the restart");
        assertTalkWithoutRetries(restarted, bob);
    }

    @Test
    void givenMessageTheStoreForgot_whenAskedAgain_thenTheApplicationsArchiveAnswers() throws Exception {
        List<MessageKey> asked = new CopyOnWriteArrayList<>();
        Talker alice = link(
                "Alice",
                options -> options.receiving(receiving -> receiving.getMessage(key -> {
                    asked.add(key);
                    return CompletableFuture.completedFuture(Optional.of(Message.newBuilder()
                            .setConversation("from the archive")
                            .build()));
                })));
        Talker bob = link("Bob");
        converse(alice, bob);
        bob.disconnect();
        bob.lose(StoreTable.SESSIONS);
        String id = alice.say(bob, "soon forgotten");
        alice.lose(StoreTable.SENT_MESSAGES);
        bob.reconnect();

        assertThat(bob.await(id).text()).isEqualTo("from the archive");
        // Others may be asked for too, whose receipts were cut off.
        assertThat(asked)
                .contains(MessageKey.builder(bob.lid(), true, id)
                        .remoteJidAlt(bob.phoneNumber())
                        .build());
    }

    @Test
    void givenArchiveThatThrows_whenAskedAgain_thenTheRequestIsAcknowledgedAndTheSocketGoesOn() throws Exception {
        Talker alice = link(
                "Alice",
                options -> options.receiving(receiving -> receiving.getMessage(key -> {
                    throw new IllegalStateException("the archive is closed");
                })));
        Talker bob = link("Bob");
        converse(alice, bob);

        giveRetry(alice, bob.device(), "3EB0123456789", 1);

        assertThat(answerTo(alice, "3EB0123456789")).isEmpty();
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenDeviceThatAsksTooOften_whenAnswered_thenItGetsTheMessageFiveTimesAndNoMore() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        String id = alice.say(bob, "once is enough");
        bob.await(id);

        for (int i = 0; i < MAX_RETRIES + 2; i++) {
            giveRetry(alice, bob.device(), id, 1);
        }
        giveRetry(alice, bob.device(), id, MAX_RETRIES + 1);
        assertTalkWithoutRetries(alice, bob);

        assertThat(resent(alice, id)).hasSize(MAX_RETRIES);
        assertThat(bob.texts()).as("copies that nobody needed").containsOnlyOnce("once is enough");
    }

    @Test
    void givenUnknownDevice_whenItAsksWithoutKeys_thenTheListIsLookedUpAndItGetsNothing() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        String id = alice.say(bob, "not for everybody");
        bob.await(id);
        int lookups = deviceQueries(alice);

        giveRetry(alice, bob.device().withDevice(77), id, 1);

        assertThat(answerTo(alice, id)).isEmpty();
        assertThat(deviceQueries(alice)).isEqualTo(lookups + 1);
    }

    @Test
    void givenSomebodyElse_whenTheyAskForTheMessage_thenTheyGetNothing() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        Talker carol = link("Carol");
        converse(alice, bob);
        converse(alice, carol);
        String id = alice.say(bob, "not for Carol");
        bob.await(id);

        giveRetry(alice, carol.device(), id, 1);

        assertThat(answerTo(alice, id)).isEmpty();
    }

    // New identities

    @Test
    void givenContactThatRegisteredAnew_whenTheServerSaysSo_thenTheOldSessionsGoAndTheNextMessageStartsAfresh()
            throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        int lookups = deviceQueries(alice);
        assertThat(alice.rowsOf(StoreTable.SESSIONS, bob)).isNotEmpty();

        giveNewIdentity(alice, bob.phoneNumber());

        IdentityChange change = alice.awaitIdentityChange();
        assertThat(change.user()).isEqualTo(bob.lid());
        assertThat(change.userAlt()).contains(bob.phoneNumber());
        assertThat(change.kind()).isEqualTo(IdentityChangeKind.REGISTERED_ANEW);
        assertThat(alice.rowsOf(StoreTable.SESSIONS, bob)).isEmpty();
        assertThat(alice.rowsOf(StoreTable.IDENTITIES, bob)).isEmpty();
        String id = alice.say(bob, "to the new you");
        assertThat(bob.await(id).text()).isEqualTo("to the new you");
        assertThat(retriesOf(id)).isEmpty();
        assertThat(deviceQueries(alice)).isEqualTo(lookups + 1);
        assertTalkWithoutRetries(alice, bob);
    }

    @Test
    void givenOwnAccount_whenTheServerSaysItRegisteredAnew_thenNothingIsForgotten() throws Exception {
        Talker alice = link("Alice");
        Talker tablet = link("Alice");
        Talker bob = link("Bob");
        tablet.await(alice.say(bob, "hello"));

        giveNewIdentity(alice, alice.phoneNumber());
        String id = alice.say(bob, "still me");
        tablet.await(id);

        assertThat(alice.identityChanges()).isEmpty();
        assertThat(retriesOf(id)).isEmpty();
    }

    private void giveNewIdentity(Talker to, Jid person) throws Exception {
        String id = "identity-" + person.user();
        server.connections()
                .send(
                        to.device(),
                        Node.builder("notification")
                                .attr("from", person)
                                .attr("type", "encrypt")
                                .attr("id", id)
                                .attr("t", 1_760_000_000)
                                .child(Node.builder("identity").build())
                                .build());
        await(entry -> entry.is(Direction.IN, "ack") && id.equals(entry.stanza().attr("id")), 1);
    }

    // Giving up

    @Test
    void givenMessageThatNeverDecrypts_whenFiveRetriesFailed_thenItEndsAcknowledgedAndToldOncePerFailure()
            throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        server.phone("Bob").setOnline(false);
        server.faults().add(toDevice(bob), new FaultAction.CorruptCiphertext());

        String id = alice.say(bob, "never readable");
        bob.awaitUndecryptable(id, MAX_RETRIES + 1);
        await(
                entry -> entry.is(Direction.IN, "ack")
                        && "message".equals(entry.stanza().attr("class"))
                        && id.equals(entry.stanza().attr("id")),
                MAX_RETRIES + 1);
        server.faults().clear();
        bob.disconnect();
        bob.reconnect();
        assertTalkWithoutRetries(alice, bob);

        assertThat(bob.undecryptable(id)).hasSize(MAX_RETRIES + 1);
        assertThat(retriesOf(id)).extracting(RetryLoopbackTest::count).containsExactly(1, 2, 3, 4, 5);
        assertThat(bob.texts()).doesNotContain("never readable");
    }

    @Test
    void givenSmallerLimit_whenRetriesFail_thenItIsKept() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob", options -> options.receiving(receiving -> receiving.maxRetries(2)));
        server.faults().add(toDevice(bob), new FaultAction.CorruptCiphertext());

        String id = alice.say(bob, "never readable");
        bob.awaitUndecryptable(id, 3);
        server.faults().clear();
        assertTalkWithoutRetries(alice, bob);

        assertThat(retriesOf(id)).extracting(RetryLoopbackTest::count).containsExactly(1, 2);
    }

    // What the server saw

    /** All arrived, each once, within five retries. */
    private void assertHealed(Talker receiver, List<String> ids) throws Exception {
        for (String id : ids) {
            receiver.await(id);
            assertThat(retriesOf(id)).as("retries of " + id).hasSizeLessThanOrEqualTo(MAX_RETRIES);
        }
    }

    /** Both directions work, without any retry from here on, and nothing was delivered twice. */
    private void assertTalkWithoutRetries(Talker alice, Talker bob) throws Exception {
        String marker = "healthy " + server.journal().entries().size();
        for (int i = 0; i < 2; i++) {
            String there = alice.say(bob, marker + " there " + i);
            bob.await(there);
            String back = bob.say(alice, marker + " back " + i);
            alice.await(back);
            assertThat(retriesOf(there)).isEmpty();
            assertThat(retriesOf(back)).isEmpty();
        }
        assertThat(bob.texts()).doesNotHaveDuplicates();
        assertThat(alice.texts()).doesNotHaveDuplicates();
        assertThat(server.unhandled()).isEmpty();
        assertThat(server.journal()
                        .entries(entry ->
                                entry.is(Direction.OUT, "ack") && entry.stanza().hasAttr("error")))
                .as("what the strict server refused")
                .isEmpty();
    }

    private static StanzaMatch toDevice(Talker talker) {
        return StanzaMatch.out("message").client(talker.device());
    }

    private List<Node> retriesOf(String id) {
        return server
                .journal()
                .entries(entry -> entry.is(Direction.IN, "receipt")
                        && "retry".equals(entry.stanza().attr("type"))
                        && id.equals(entry.stanza().attr("id")))
                .stream()
                .map(JournalEntry::stanza)
                .toList();
    }

    private static int count(Node retryReceipt) {
        return retryReceipt.requireChild("retry").intAttr("count", 0);
    }

    /** What a client sent anew because it was asked. */
    private List<Node> resent(Talker from, String id) {
        return server
                .journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && entry.device().filter(from.device()::equals).isPresent()
                        && id.equals(entry.stanza().attr("id"))
                        && entry.stanza().child("enc") != null)
                .stream()
                .map(JournalEntry::stanza)
                .toList();
    }

    private int deviceQueries(Talker from) {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "iq")
                        && entry.device().filter(from.device()::equals).isPresent()
                        && "usync".equals(entry.stanza().attr("xmlns")))
                .size();
    }

    /** A request as the server would bring it, made up here. */
    private void giveRetry(Talker to, Jid requester, String id, int count) {
        server.connections()
                .send(
                        to.device(),
                        Node.builder("receipt")
                                .attr("from", requester)
                                .attr("id", id)
                                .attr("type", "retry")
                                .attr("t", 1_760_000_000)
                                .child(Node.builder("retry")
                                        .attr("count", count)
                                        .attr("id", id)
                                        .attr("t", 1_760_000_000)
                                        .attr("v", "1")
                                        .build())
                                .build());
    }

    /** What a client sent anew by the time it acknowledged the request. */
    private List<Node> answerTo(Talker asked, String id) throws Exception {
        await(
                entry -> entry.is(Direction.IN, "ack")
                        && entry.device().filter(asked.device()::equals).isPresent()
                        && "retry".equals(entry.stanza().attr("type"))
                        && id.equals(entry.stanza().attr("id")),
                1);
        return resent(asked, id);
    }

    private void await(Predicate<JournalEntry> match, int times) throws Exception {
        List<JournalEntry> seen = new CopyOnWriteArrayList<>();
        server.journal()
                .await(entry -> {
                    if (match.test(entry)) {
                        seen.add(entry);
                    }
                    return seen.size() == times;
                })
                .get(PATIENCE_SECONDS, SECONDS);
    }
}
