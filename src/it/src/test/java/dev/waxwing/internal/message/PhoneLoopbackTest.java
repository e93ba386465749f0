package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.phone.PhoneMessage;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waxwing clients and the simulated phones, their own and others', on a strict server. */
class PhoneLoopbackTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
        Talker talker = Talker.link(server, account, MemoryStore.create(), options -> options);
        talkers.add(talker);
        return talker;
    }

    @Test
    void givenPhoneThatWrites_whenItHasACompanion_thenTheOtherSideAndTheCompanionGetIt() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");

        String id = server.phone("Alice")
                .sendText(bob.phoneNumber(), "from my phone")
                .id();

        WebMessage received = bob.await(id);
        assertThat(received.text()).isEqualTo("from my phone");
        assertThat(received.key().fromMe()).isFalse();
        WebMessage copy = alice.await(id);
        assertThat(copy.text()).isEqualTo("from my phone");
        assertThat(copy.key().fromMe()).isTrue();
        assertThat(copy.key().remoteJid()).isIn(bob.phoneNumber(), bob.lid());
    }

    @Test
    void givenClientThatWrites_whenThePhonesAreUsed_thenBothSidesPhonesHaveIt() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        Phone alicesPhone = server.phone("Alice");
        Phone bobsPhone = server.phone("Bob");

        String id = alice.say(bob, "hello");
        bob.await(id);

        PhoneMessage sent = alicesPhone.await(message -> message.id().equals(id), PATIENCE);
        assertThat(sent.fromMe()).isTrue();
        assertThat(sent.chat()).isEqualTo(bob.phoneNumber());
        PhoneMessage received = bobsPhone.await(message -> message.id().equals(id), PATIENCE);
        assertThat(received.text()).isEqualTo("hello");
        assertThat(received.fromMe()).isFalse();
        assertThat(received.chat()).isEqualTo(alice.phoneNumber());
    }

    @Test
    void givenClientThatLostItsSessions_whenAPhoneWrites_thenThePhoneSendsItAgain() throws Exception {
        Talker bob = link("Bob");
        Phone alice = server.phone("Alice");
        bob.await(alice.sendText(bob.phoneNumber(), "hello").id());
        String answer = bob.say(alice.jid(), "hello yourself");
        alice.await(message -> message.id().equals(answer), PATIENCE);
        bob.await(alice.sendText(bob.phoneNumber(), "so we talk").id());

        bob.disconnect();
        bob.lose(StoreTable.SESSIONS);
        bob.reconnect();
        String id = alice.sendText(bob.phoneNumber(), "do you read me?").id();

        assertThat(bob.await(id).text()).isEqualTo("do you read me?");
        assertThat(bob.undecryptable(id)).isNotEmpty();
    }

    @Test
    void givenContact_whenItLinksAnotherDevice_thenTheNextMessageReachesThatToo() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        bob.await(alice.say(bob, "hello"));

        Talker second = link("Bob");
        awaitHandled(alice, "devices");
        String id = alice.say(bob, "to both of you");

        assertThat(second.await(id).text()).isEqualTo("to both of you");
        assertThat(bob.await(id).text()).isEqualTo("to both of you");
    }

    @Test
    void givenContact_whenItsPhoneIsInstalledAnew_thenTheClientHearsOfItAndGoesOnWriting() throws Exception {
        Talker alice = link("Alice");
        Phone bob = server.phone("Bob");
        alice.await(bob.sendText(alice.phoneNumber(), "hello").id());
        String before = alice.say(bob.jid(), "hello yourself");
        bob.await(message -> message.id().equals(before), PATIENCE);

        bob.rotateIdentity();
        awaitHandled(alice, "encrypt");
        String after = alice.say(bob.jid(), "is that still you?");

        assertThat(bob.await(message -> message.id().equals(after), PATIENCE).text())
                .isEqualTo("is that still you?");
        assertThat(bob.messages()).hasSize(1);
        assertThat(alice.awaitIdentityChange().user()).isIn(bob.jid(), bob.lid());
    }

    /** The client has acknowledged a notice, and so has done what it asks for. */
    private void awaitHandled(Talker client, String type) throws Exception {
        JournalEntry notice = server.journal()
                .await(entry -> entry.is(Direction.OUT, "notification")
                        && type.equals(entry.stanza().attr("type"))
                        && (!type.equals("encrypt") || entry.stanza().child("identity") != null)
                        && entry.device().filter(client.device()::equals).isPresent())
                .get(PATIENCE.toSeconds(), SECONDS);
        server.journal()
                .await(entry -> entry.is(Direction.IN, "ack")
                        && notice.stanza()
                                .requireAttr("id")
                                .equals(entry.stanza().attr("id")))
                .get(PATIENCE.toSeconds(), SECONDS);
    }
}
