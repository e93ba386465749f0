package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.SocketConfig;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.identity.SafetyNumber;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A server that lies: it invents devices, swaps keys and pairs of addresses, and writes as somebody else. Nothing is
 * encrypted for it, nothing of it is delivered, and the application hears of each attempt.
 */
final class HostileServerIT {

    private static final int PATIENCE_SECONDS = 20;
    private static final Jid MALLORYS_LID = Jid.lid("666000000000000");

    private final LoopbackServer server = LoopbackServer.start();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Mallory mallory = new Mallory();
    private int notices;

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        server.close();
    }

    @Test
    void givenAPhantomDevice_whenItIsListedWithKeys_thenNothingIsEncryptedForIt_H1() throws Exception {
        for (boolean withIdentity : new boolean[] {false, true}) {
            for (boolean own : new boolean[] {false, true}) {
                Talker alice = link("Alice" + withIdentity + own);
                Talker bob = link("Bob" + withIdentity + own);
                converse(alice, bob);
                Jid phantom = (own ? alice : bob).lid().person().withDevice(42);
                list(alice, phantom, withIdentity ? mallory.ownDeviceIdentity() : null);

                String id = alice.say(bob, "secret");

                assertThat(bob.await(id).text()).isEqualTo("secret");
                assertThat(recipients(alice, id)).isNotEmpty().doesNotContain(phantom);
                IdentityChange told = alice.awaitIdentityNews(IdentityChange::isRefused);
                assertThat(told.kind()).isEqualTo(IdentityChangeKind.FALSE_DEVICE);
                assertThat(told.device()).contains(phantom);
                assertThat(told.identityKey().orElseThrow()).isEqualTo(mallory.identityKey());
                server.faults().clear();
            }
        }
    }

    @Test
    void givenSpoofedMessages_whenTheyAreOfOwnDevices_thenNoneIsDelivered_H2() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        List<Jid> forms = List.of(
                alice.phoneNumber().withDevice(99),
                alice.lid().person().withDevice(99),
                alice.phoneNumber(),
                alice.lid().person(),
                new Jid(alice.phoneNumber().user(), JidServer.HOSTED, 99));
        for (Jid form : forms) {
            for (Node identity : identities()) {
                Node copy = mallory.copies(alice, form, bob.phoneNumber(), "I never wrote this", identity);

                give(alice, copy);

                assertRefused(alice, copy, form);
            }
        }
        assertThat(alice.texts()).doesNotContain("I never wrote this");
        stillTalking(alice, bob);
    }

    @Test
    void givenSpoofedMessages_whenTheyAreOfAContactsCompanion_thenNoneIsDelivered_H2() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        for (Jid form : List.of(
                bob.phoneNumber().withDevice(77),
                bob.lid().person().withDevice(77),
                new Jid(bob.lid().user(), JidServer.HOSTED_LID, 99))) {
            for (Node identity : identities()) {
                Node spoof = mallory.writes(alice, form, "Bob never wrote this", identity);

                give(alice, spoof);

                assertRefused(alice, spoof, form);
            }
        }
        assertThat(alice.texts()).doesNotContain("Bob never wrote this");
        stillTalking(alice, bob);
    }

    @Test
    void givenAnAliasOfAContact_whenItWrites_thenNothingIsDelivered_M1() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        Jid alias = new Jid(bob.phoneNumber().user(), JidServer.ofDomainType(5), 3);
        Node spoof = mallory.writes(alice, Jid.phone("15550006666"), "Bob never wrote this", null);

        for (String text : List.of(bob.phoneNumber().user() + "_x@s.whatsapp.net", alias.toString())) {
            server.connections().send(alice.device(), withFrom(spoof, text));
        }

        stillTalking(alice, bob);
        assertThat(alice.texts()).doesNotContain("Bob never wrote this");
    }

    @Test
    void givenAnotherLidForAContact_whenThePolicyTells_thenToldBeforeTheNextMessage_M2() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);

        swapLid(alice, bob);

        IdentityChange told = alice.awaitIdentityNews(change -> change.kind() == IdentityChangeKind.NEW_PAIR);
        assertThat(told.isRefused()).isFalse();
        assertThat(told.user()).isEqualTo(bob.phoneNumber());
        assertThat(told.userAlt()).contains(MALLORYS_LID);
        assertThat(told.formerAlt()).contains(bob.lid().person());
    }

    @Test
    void givenAnotherLidForAContact_whenThePolicyIsToConfirm_thenMessagesGoToTheContactStill_M2() throws Exception {
        Talker alice = link("Alice", options -> options.identityPolicy(IdentityPolicy.CONFIRM));
        Talker bob = link("Bob");
        converse(alice, bob);

        swapLid(alice, bob);

        IdentityChange told = alice.awaitIdentityNews(IdentityChange::isRefused);
        assertThat(told.kind()).isEqualTo(IdentityChangeKind.NEW_PAIR);
        String id = alice.say(bob, "secret");
        assertThat(bob.await(id).text()).isEqualTo("secret");
        assertThat(recipients(alice, id)).noneMatch(MALLORYS_LID::sameUser);
    }

    @Test
    void givenAnotherKeyOfAContactsPhone_whenThePolicyIsToConfirm_thenNothingIsSentUntilConfirmed() throws Exception {
        Talker alice = link("Alice", options -> options.identityPolicy(IdentityPolicy.CONFIRM));
        Talker bob = link("Bob");
        converse(alice, bob);
        Jid phone = bob.lid().person();
        server.faults()
                .add(
                        StanzaMatch.out("iq").child("list"),
                        new FaultAction.Rewrite(iq -> mallory.inPlaceOfKeysOf(iq, phone, null)));
        give(
                alice,
                notice("encrypt", bob.phoneNumber())
                        .child(Node.builder("identity").build())
                        .build());

        assertThatThrownBy(() -> alice.say(bob, "secret"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IdentityNotConfirmedException.class);

        IdentityChange refused = alice.awaitIdentityNews(IdentityChange::isRefused);
        assertThat(refused.kind()).isEqualTo(IdentityChangeKind.NEW_KEY);
        assertThat(refused.identityKey().orElseThrow()).isEqualTo(mallory.identityKey());
        server.faults().clear();
        String id = alice.say(bob, "the true keys again");
        assertThat(bob.await(id).text()).isEqualTo("the true keys again");
    }

    @Test
    void givenTwoWhoTalk_whenTheyCompare_thenTheirSafetyNumbersAreTheSame() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);

        SafetyNumber ofAlice = alice.socket()
                .identities()
                .safetyNumber(bob.lid())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .orElseThrow();
        SafetyNumber ofBob = bob.socket()
                .identities()
                .safetyNumber(alice.phoneNumber())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .orElseThrow();

        assertThat(ofBob.digits()).isEqualTo(ofAlice.digits());
        assertThat(ofBob.matches(ofAlice.qrPayload())).isTrue();
    }

    private Talker link(String account) throws Exception {
        return link(account, options -> options);
    }

    private Talker link(String account, UnaryOperator<SocketConfig.Builder> options) throws Exception {
        Talker talker = Talker.link(server, account, MemoryStore.create(), options);
        open.push(talker);
        return talker;
    }

    private static void converse(Talker one, Talker other) throws Exception {
        other.await(one.say(other, "hello"));
        one.await(other.say(one, "hello yourself"));
        other.await(one.say(other, "so we talk"));
    }

    private static void stillTalking(Talker alice, Talker bob) throws Exception {
        assertThat(alice.await(bob.say(alice, "it is me")).text()).isEqualTo("it is me");
        assertThat(bob.await(alice.say(bob, "I know")).text()).isEqualTo("I know");
    }

    private List<@Nullable Node> identities() {
        List<@Nullable Node> identities = new ArrayList<>();
        identities.add(null);
        identities.add(mallory.ownDeviceIdentity());
        return identities;
    }

    /** The list of a person's devices has one more, and whoever asks for its keys gets Mallory's. */
    private void list(Talker victim, Jid phantom, @Nullable Node deviceIdentity) throws Exception {
        server.faults()
                .add(StanzaMatch.out("iq").child("usync"), new FaultAction.Rewrite(iq -> withDevice(iq, phantom)));
        server.faults()
                .add(
                        StanzaMatch.out("iq").child("list"),
                        new FaultAction.Rewrite(iq -> mallory.inPlaceOfKeysOf(iq, phantom, deviceIdentity)));
        give(
                victim,
                notice("devices", phantom.person())
                        .child(Node.builder("update").attr("hash", "AAAA").build())
                        .build());
    }

    private static Node withDevice(Node iq, Jid phantom) {
        Node usync = iq.requireChild("usync");
        List<Node> users = new ArrayList<>();
        for (Node user : usync.requireChild("list").children("user")) {
            Node lid = user.child("lid");
            boolean theirs = phantom.sameUser(user.requireJid("jid"))
                    || (lid != null && lid.jid("val") != null && phantom.sameUser(lid.requireJid("val")));
            Node devices = user.child("devices");
            if (!theirs || devices == null) {
                users.add(user);
                continue;
            }
            List<Node> listed =
                    new ArrayList<>(devices.requireChild("device-list").children("device"));
            listed.add(Node.builder("device")
                    .attr("id", String.valueOf(phantom.device()))
                    .attr("key-index", "9")
                    .build());
            Node.Builder lying = Node.builder("user").attr("jid", user.requireJid("jid"));
            if (lid != null) {
                lying.child(lid);
            }
            // Without the list that the phone has signed.
            users.add(lying.child(Node.builder("devices")
                            .child(Node.builder("device-list").children(listed).build())
                            .build())
                    .build());
        }
        return Node.builder("iq")
                .attr("from", iq.requireJid("from"))
                .attr("type", "result")
                .attr("id", iq.requireAttr("id"))
                .child(Node.builder("usync")
                        .child(Node.builder("list").children(users).build())
                        .build())
                .build();
    }

    private void swapLid(Talker victim, Talker contact) throws Exception {
        give(
                victim,
                notice("devices", contact.phoneNumber())
                        .attr("lid", MALLORYS_LID)
                        .child(Node.builder("update").attr("hash", "AAAA").build())
                        .build());
    }

    private Node.Builder notice(String type, Jid from) {
        return Node.builder("notification")
                .attr("from", from)
                .attr("type", type)
                .attr("id", "lie-" + notices++)
                .attr("t", String.valueOf(1_760_000_000));
    }

    /** As text: an address that cannot be made cannot be given otherwise. */
    private static Node withFrom(Node message, String from) {
        return Node.builder("message")
                .attr("from", from)
                .attr("id", message.requireAttr("id") + from.hashCode())
                .attr("t", message.requireAttr("t"))
                .attr("type", "text")
                .child(message.requireChild("enc"))
                .build();
    }

    /** Returns when the client is done with the stanza. */
    private void give(Talker to, Node stanza) throws Exception {
        server.connections().send(to.device(), stanza);
        String id = stanza.requireAttr("id");
        server.journal()
                .await(entry -> entry.is(Direction.IN, "ack")
                        && id.equals(entry.stanza().attr("id")))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void assertRefused(Talker talker, Node stanza, Jid as) throws Exception {
        assertThat(talker.undecryptable(stanza.requireAttr("id")))
                .extracting(failure -> failure.reason())
                .containsExactly(Reason.UNTRUSTED_IDENTITY);
        talker.awaitIdentityNews(news -> news.isRefused()
                && news.kind() == IdentityChangeKind.FALSE_DEVICE
                && news.device()
                        .filter(device -> device.device() == as.device())
                        .isPresent());
    }

    /** The devices that a message was encrypted for. */
    private List<Jid> recipients(Talker sender, String id) {
        return server.journal().entries().stream()
                .filter(entry -> entry.is(Direction.IN, "message")
                        && id.equals(entry.stanza().attr("id")))
                .flatMap(entry -> entry.stanza().requireChild("participants").children("to").stream())
                .map(to -> to.requireJid("jid"))
                .toList();
    }
}
