package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.SocketConfig;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.identity.SafetyNumber;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeContent;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A server that lies: it invents devices, brings removed ones back, swaps keys and pairs of addresses, writes as somebody
 * else, says who has read what, brings messages again and elsewhere, and counts wrong. Nothing is encrypted for it,
 * nothing is delivered under a false name, and the application hears of each attempt.
 */
final class HostileServerIT {

    private static final int PATIENCE_SECONDS = 20;
    private static final Jid STRANGER = Jid.phone("15550006666");
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

    // Spoofed receipts

    @Test
    void givenReceiptsOfStrangers_whenTheyNameAnothersChat_thenRefusedAndTold_M5() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        bob.disconnect();
        for (String type : new String[] {null, "read", "played", "read-self", "sender", "retry"}) {
            String id = alice.say(bob, "not there yet");

            server.connections().send(alice.device(), receipt(STRANGER, id, type, bob.lid()));

            assertThat(alice.awaitRefused(id).from()).contains(STRANGER);
            assertThat(alice.receipts(id)).noneMatch(told -> told.user().equals(STRANGER));
            assertThat(alice.statuses(id)).doesNotContain(MessageStatus.DELIVERED, MessageStatus.READ);
        }
        String id = alice.say(bob, "not there yet");
        server.connections().send(alice.device(), receipt(STRANGER, id, "read", null));
        MessageReceiptUpdate itsOwnChat =
                alice.awaitReceipt(id, told -> told.user().equals(STRANGER));
        assertThat(itsOwnChat.key().remoteJid()).isEqualTo(STRANGER);
        server.connections().send(alice.device(), receipt(STRANGER, id, "retry", null));
        assertThat(alice.awaitRefused(id).reason()).hasMessageContaining("went to somebody else");
    }

    @Test
    void givenReceiptsOfOwnDevices_whenTheySpeakOfAnothersChat_thenNothingIsSaidOfThatPerson_B04() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        String ofBob = bob.say(alice, "have you read this");
        alice.await(ofBob);
        bob.disconnect();
        String ofAlice = alice.say(bob, "not there yet");

        server.connections().send(alice.device(), receipt(alice.lid(), ofAlice, null, bob.lid()));
        server.connections().send(alice.device(), receipt(alice.lid(), ofBob, "read", bob.lid()));

        alice.awaitReceipt(ofAlice, any -> true);
        assertThat(alice.statuses(ofAlice)).doesNotContain(MessageStatus.DELIVERED);
        MessageReceiptUpdate read = alice.awaitReceipt(ofBob, any -> true);
        assertThat(read.type()).isEqualTo(ReceiptType.READ_SELF);
        assertThat(read.key().fromMe()).isFalse();
    }

    @Test
    void givenAReceiptForAStatus_whenEachViewerSaysHowFar_thenEachIsTakenForItself_B05() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        Node viewers = Node.builder("participants")
                .attr("message_id", "STATUS1")
                .child(Node.builder("user")
                        .attr("jid", STRANGER)
                        .attr("type", "delivery")
                        .build())
                .child(Node.builder("user")
                        .attr("jid", bob.phoneNumber())
                        .attr("type", "read")
                        .build())
                .build();

        server.connections()
                .send(
                        alice.device(),
                        receipt(Jid.STATUS_BROADCAST, "RECEIPT1", null, null).toBuilder()
                                .attr("class", "status")
                                .child(viewers)
                                .build());

        assertThat(alice.awaitReceipt("STATUS1", of -> of.user().equals(STRANGER))
                        .type())
                .isEqualTo(ReceiptType.DELIVERY);
        assertThat(alice.awaitReceipt("STATUS1", of -> of.user().equals(bob.phoneNumber()))
                        .type())
                .isEqualTo(ReceiptType.READ);
        assertThat(alice.receipts("RECEIPT1")).isEmpty();
    }

    // Ciphertexts that come again, or elsewhere

    @Test
    void givenAGenuineMessage_whenItsCiphertextComesAgain_thenItIsDeliveredOnceAndUnderNobodyElsesName()
            throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        Talker carol = link("Carol");
        converse(alice, bob);
        converse(alice, carol);
        String id = bob.say(alice, "pay me ten");
        alice.await(id);
        Node genuine = delivered(alice, id);

        give(alice, genuine);
        for (Replay replay : replays(alice, bob, carol)) {
            Node again = replay.of(genuine);
            server.connections().send(alice.device(), again);
            assertThat(alice.awaitUndecryptable(again.requireAttr("id"), 1).reason())
                    .as(replay.toString())
                    .isIn(Reason.DUPLICATE, Reason.BAD_MAC, Reason.NO_SESSION);
        }
        alice.disconnect();
        alice.reconnect();
        server.connections().send(alice.device(), as(genuine, bob.device(), "AFTERRESTART"));
        assertThat(alice.awaitUndecryptable("AFTERRESTART", 1).reason()).isEqualTo(Reason.DUPLICATE);

        stillTalking(alice, bob);
        stillTalking(alice, carol);
        assertThat(alice.texts()).containsOnlyOnce("pay me ten");
    }

    @Test
    void givenAFirstMessageThatUsesUpNoKey_whenItComesAgainOrAsAnothers_thenRefusedAndTold() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        Talker carol = link("Carol");
        converse(alice, carol);
        server.drainPreKeys(alice.device(), 0);
        String id = bob.say(alice, "pay me ten");
        alice.await(id);
        Node genuine = delivered(alice, id);
        assertThat(genuine.requireChild("enc").attr("type")).isEqualTo("pkmsg");

        for (Jid another : List.of(STRANGER.withDevice(3), carol.device(), carol.lid(), alice.lid())) {
            Node spoof = as(genuine, another, "AS" + another.user() + another.device());
            server.connections().send(alice.device(), spoof);
            assertThat(alice.awaitUndecryptable(spoof.requireAttr("id"), 1).reason())
                    .isEqualTo(Reason.UNTRUSTED_IDENTITY);
        }
        alice.awaitIdentityNews(news -> news.isRefused() && news.kind() == IdentityChangeKind.KEY_OF_ANOTHER);
        // Whatever the server says, the session that the message belongs to goes; the message must not come back.
        give(
                alice,
                notice("encrypt", bob.phoneNumber())
                        .child(Node.builder("identity").build())
                        .build());
        server.connections().send(alice.device(), as(genuine, bob.device(), "OLDAGAIN"));
        assertThat(alice.awaitUndecryptable("OLDAGAIN", 1).reason()).isEqualTo(Reason.INVALID_KEY_ID);

        stillTalking(alice, bob);
        assertThat(alice.texts()).containsOnlyOnce("pay me ten");
    }

    @Test
    void givenAMessageUnderWay_whenTheServerBringsItAsAnothers_thenItIsNotTheirs() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        Talker carol = link("Carol");
        converse(alice, bob);
        converse(alice, carol);
        rewriteNext(alice, message -> as(message, carol.device(), message.requireAttr("id")));

        String id = bob.say(alice, "I am Bob");

        assertThat(alice.awaitUndecryptable(id, 1).key().remoteJid().sameUser(carol.lid()))
                .isTrue();
        server.faults().clear();
        stillTalking(alice, bob);
        stillTalking(alice, carol);
        assertThat(alice.messages())
                .noneMatch(message -> message.text().equals("I am Bob")
                        && !message.key().remoteJid().sameUser(bob.lid()));
    }

    @Test
    void givenAnOwnDevicesMessage_whenTheServerNamesAnotherChat_thenItIsInTheChatThatTheDeviceWrote() throws Exception {
        Talker alice = link("Alice");
        Talker tablet = link("Alice");
        Talker bob = link("Bob");
        Talker carol = link("Carol");
        converse(alice, bob);
        converse(alice, carol);
        rewriteNext(
                alice,
                message -> message.toBuilder().attr("recipient", carol.lid()).build());

        String id = tablet.say(bob, "for Bob");

        assertThat(alice.await(id).key().remoteJid().sameUser(bob.lid())).isTrue();
        assertThat(carol.texts()).doesNotContain("for Bob");
    }

    // Lying counts

    @Test
    void givenPreviewsOfABacklogThatNeverComes_whenTheyAreTold_thenTheClientGoesOn() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        for (String count : List.of("2147483647", "-1", "99999999999999999999", "many")) {
            Node preview = Node.builder("offline_preview")
                    .attr("count", count)
                    .attr("message", count)
                    .build();
            server.connections()
                    .send(alice.device(), Node.builder("ib").child(preview).build());
            server.connections()
                    .send(
                            alice.device(),
                            Node.builder("ib")
                                    .child(Node.builder("offline")
                                            .attr("count", count)
                                            .build())
                                    .build());
        }

        stillTalking(alice, bob);
    }

    @Test
    void givenPreKeyCountsThatLie_whenTheyAreTold_thenTheClientGoesOn() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        for (String count : List.of("0", "-7", "2147483647", "99999999999999999999", "none")) {
            server.faults()
                    .add(
                            StanzaMatch.out("iq").child("count").first(1),
                            new FaultAction.Rewrite(iq -> withCount(iq, count)));
            give(
                    alice,
                    notice("encrypt", Jid.SERVER)
                            .child(Node.builder("count").attr("value", count).build())
                            .build());
        }

        stillTalking(alice, bob);
    }

    @Test
    void givenADeviceListWithoutEnd_whenItIsAnswered_thenNothingIsEncryptedForWhatThePhoneDoesNotStandBy()
            throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        server.faults()
                .add(StanzaMatch.out("iq").child("usync"), new FaultAction.Rewrite(iq -> withDevices(iq, 20_000)));
        give(
                alice,
                notice("devices", bob.phoneNumber())
                        .child(Node.builder("update").attr("hash", "AAAA").build())
                        .build());

        String id = alice.say(bob, "secret");

        assertThat(bob.await(id).text()).isEqualTo("secret");
        assertThat(recipients(alice, id)).allMatch(device -> device.device() <= 1);
        assertThat(server.journal()
                        .entries(entry ->
                                entry.is(Direction.IN, "iq") && entry.stanza().child("key") != null))
                .as("for whose keys it asks")
                .allMatch(entry ->
                        entry.stanza().requireChild("key").children("user").size() <= 255);
    }

    @Test
    void givenCountsOfRetriesThatLie_whenTheyAreTold_thenWhatIsSentAgainStaysBounded() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        String id = alice.say(bob, "once is enough");
        bob.await(id);
        for (String count : List.of("-5", "0", "2147483647", "99999999999999999999", "often")) {
            for (int i = 0; i < 3; i++) {
                Node retry = Node.builder("retry")
                        .attr("count", count)
                        .attr("id", id)
                        .attr("v", "1")
                        .build();
                server.connections()
                        .send(
                                alice.device(),
                                receipt(bob.device(), id, null, null).toBuilder()
                                        .attr("type", "retry")
                                        .child(retry)
                                        .build());
            }
        }

        stillTalking(alice, bob);
        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "message")
                                && id.equals(entry.stanza().attr("id"))))
                .hasSizeLessThanOrEqualTo(1 + 5);
        assertThat(bob.texts()).containsOnlyOnce("once is enough");
    }

    @Test
    void givenKeyIndexListsThatLie_whenTheyAreTold_thenThePhonesOwnCounts() throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        converse(alice, bob);
        for (byte[] lie : List.of(
                new byte[] {1, 2, 3},
                new byte[100_000],
                mallory.keyIndexes(rawIdOf(bob), Long.MAX_VALUE, 1_000_000),
                mallory.keyIndexes(rawIdOf(bob), Long.MAX_VALUE, 10),
                mallory.keyIndexes(1, Long.MAX_VALUE, 10))) {
            give(
                    alice,
                    notice("devices", bob.phoneNumber())
                            .child(Node.builder("add")
                                    .attr("device_hash", "AAAA")
                                    .child(Node.builder("key-index-list")
                                            .bytes(lie)
                                            .build())
                                    .build())
                            .build());

            String id = alice.say(bob, "to whom");
            assertThat(bob.await(id).text()).isEqualTo("to whom");
            assertThat(recipients(alice, id))
                    .anyMatch(bob.lid().withDevice(bob.device().device())::equals);
        }
        stillTalking(alice, bob);
    }

    /** As the person's phone has signed it. */
    private int rawIdOf(Talker person) throws Exception {
        Node list = server
                .journal()
                .entries(
                        entry -> entry.is(Direction.OUT, "iq") && entry.stanza().child("usync") != null)
                .stream()
                .flatMap(entry -> entry.stanza().requireChild("usync").requireChild("list").children("user").stream())
                .filter(user -> person.lid().equals(user.jid("jid"))
                        || person.phoneNumber().equals(user.jid("jid")))
                .map(user -> user.requireChild("devices").child("key-index-list"))
                .filter(found -> found != null && found.content() instanceof NodeContent.Bytes)
                .findFirst()
                .orElseThrow();
        return ADVKeyIndexList.parseFrom(
                        ADVSignedKeyIndexList.parseFrom(list.requireBytes()).getDetails())
                .getRawID();
    }

    // A companion that its person has removed

    @Test
    void givenACompanionThatItsPersonRemoved_whenTheServerBringsItBack_thenNothingGoesToItOrComesFromIt()
            throws Exception {
        Talker alice = link("Alice");
        Talker bob = link("Bob");
        Talker stolen = link("Bob");
        converse(alice, bob);
        alice.await(stolen.say(alice, "still mine"));
        Jid removed = stolen.lid().withDevice(stolen.device().device());
        List<Node> answers = new CopyOnWriteArrayList<>();
        server.faults().add(StanzaMatch.out("iq").child("list"), new FaultAction.Rewrite(iq -> {
            answers.add(iq);
            return iq;
        }));
        give(
                alice,
                notice("encrypt", bob.phoneNumber())
                        .child(Node.builder("identity").build())
                        .build());
        bob.await(alice.say(bob, "to both"));
        assertThat(answers).isNotEmpty();
        Node bundle = answers.stream()
                .flatMap(iq -> iq.requireChild("list").children("user").stream())
                .filter(user -> removed.equals(user.jid("jid")))
                .findFirst()
                .orElseThrow();
        server.faults().clear();
        String last = stolen.say(alice, "written while linked");
        alice.await(last);
        Node written = delivered(alice, last);

        server.phone("Bob").removeCompanion(stolen.device());
        alice.await(bob.say(alice, "I have removed it"));
        server.faults()
                .add(StanzaMatch.out("iq").child("usync"), new FaultAction.Rewrite(iq -> withDevice(iq, removed)));
        server.faults().add(StanzaMatch.out("iq").child("list"), new FaultAction.Rewrite(iq -> withKeys(iq, bundle)));
        give(
                alice,
                notice("devices", bob.phoneNumber())
                        .child(Node.builder("update").attr("hash", "AAAA").build())
                        .build());

        String id = alice.say(bob, "not for the thief");

        assertThat(bob.await(id).text()).isEqualTo("not for the thief");
        assertThat(recipients(alice, id)).isNotEmpty().doesNotContain(removed);
        assertThat(stolen.texts()).doesNotContain("not for the thief");
        server.connections().send(alice.device(), as(written, removed, "BYTHETHIEF"));
        assertThat(alice.awaitUndecryptable("BYTHETHIEF", 1).reason())
                .isIn(Reason.NO_SESSION, Reason.UNTRUSTED_IDENTITY, Reason.INVALID_KEY_ID);
    }

    /** One way to bring a ciphertext again. */
    private record Replay(
            Jid from, @Nullable Jid recipient, @Nullable Jid participant) {

        Node of(Node genuine) {
            return as(genuine, from, "AGAIN" + Math.abs(hashCode())).toBuilder()
                    .attrIfPresent("recipient", recipient)
                    .attrIfPresent("participant", participant)
                    .build();
        }
    }

    private static List<Replay> replays(Talker alice, Talker bob, Talker carol) {
        Jid group = Jid.parse("120363000000000001@g.us");
        return List.of(
                new Replay(bob.device(), null, null),
                new Replay(bob.lid().withDevice(bob.device().device()), null, null),
                new Replay(bob.lid().withDevice(9), null, null),
                new Replay(carol.device(), null, null),
                new Replay(STRANGER.withDevice(4), null, null),
                new Replay(alice.lid(), bob.lid(), null),
                new Replay(group, null, bob.device()),
                new Replay(group, null, carol.device()),
                new Replay(Jid.STATUS_BROADCAST, null, bob.device()));
    }

    /** A message as the server has written it to a client. */
    private Node delivered(Talker to, String id) {
        return server.journal()
                .entries(entry -> entry.is(Direction.OUT, "message")
                        && entry.device().filter(to.device()::equals).isPresent()
                        && id.equals(entry.stanza().attr("id")))
                .get(0)
                .stanza();
    }

    /** The same ciphertext from somebody else, without what tells another form of the address. */
    private static Node as(Node message, Jid from, String id) {
        Node.Builder forged = Node.builder("message")
                .attr("from", from)
                .attr("id", id)
                .attr("t", message.requireAttr("t"))
                .attr("type", "text")
                .child(message.requireChild("enc"));
        Node identity = message.child("device-identity");
        return (identity == null ? forged : forged.child(identity)).build();
    }

    private void rewriteNext(Talker to, UnaryOperator<Node> lie) {
        server.faults().add(StanzaMatch.out("message").client(to.device()).first(1), new FaultAction.Rewrite(lie));
    }

    private static Node receipt(Jid from, String id, @Nullable String type, @Nullable Jid recipient) {
        Node.Builder receipt = Node.builder("receipt")
                .attr("from", from)
                .attr("id", id)
                .attrIfPresent("type", type)
                .attrIfPresent("recipient", recipient)
                .attr("t", "1760000000");
        return "retry".equals(type) && recipient == null
                ? receipt.child(Node.builder("retry")
                                .attr("count", "1")
                                .attr("id", id)
                                .attr("v", "1")
                                .build())
                        .build()
                : receipt.build();
    }

    /** Whoever asks for these keys gets them, although the server has forgotten the device. */
    private static Node withKeys(Node iq, Node bundle) {
        List<Node> users = iq.requireChild("list").children("user").stream()
                .map(user -> bundle.requireJid("jid").equals(user.jid("jid")) ? bundle : user)
                .toList();
        return answer(iq, Node.builder("list").children(users).build());
    }

    private static Node withCount(Node iq, String count) {
        return answer(iq, Node.builder("count").attr("value", count).build());
    }

    private static Node answer(Node iq, Node content) {
        return Node.builder("iq")
                .attr("from", iq.requireJid("from"))
                .attr("type", "result")
                .attr("id", iq.requireAttr("id"))
                .child(content)
                .build();
    }

    /** Everybody has these many devices more. */
    private static Node withDevices(Node iq, int more) {
        List<Node> users = new ArrayList<>();
        for (Node user : iq.requireChild("usync").requireChild("list").children("user")) {
            Node devices = user.child("devices");
            if (devices == null) {
                users.add(user);
                continue;
            }
            List<Node> listed =
                    new ArrayList<>(devices.requireChild("device-list").children("device"));
            for (int i = 0; i < more; i++) {
                listed.add(Node.builder("device")
                        .attr("id", String.valueOf(i - 100))
                        .attr("key-index", "0")
                        .build());
            }
            Node.Builder lying = Node.builder("user").attr("jid", user.requireJid("jid"));
            users.add(lying.child(Node.builder("devices")
                            .child(Node.builder("device-list").children(listed).build())
                            .child(devices.requireChild("key-index-list"))
                            .build())
                    .build());
        }
        return answer(
                iq,
                Node.builder("usync")
                        .child(Node.builder("list").children(users).build())
                        .build());
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
        assertThat(talker.awaitUndecryptable(stanza.requireAttr("id"), 1).reason())
                .isEqualTo(Reason.UNTRUSTED_IDENTITY);
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
