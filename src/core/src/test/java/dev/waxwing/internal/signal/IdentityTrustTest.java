package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose identity key is taken, whose is refused, and what is told of it, on every way that a key can come. */
class IdentityTrustTest {

    private static final Jid OWN_PHONE = Jid.phone("15559990000");
    private static final Jid OWN_LID = Jid.lid("999000000000000");
    private static final Jid MALLORYS_LID = Jid.lid("666000000000000");

    private final Party alice = party("15559990000:2@s.whatsapp.net");
    private final Party alicesPhone = party("15559990000@s.whatsapp.net");
    private final Party bob = party("15551230002@s.whatsapp.net");
    private final Party bobsWeb = party("15551230002:3@s.whatsapp.net");

    IdentityTrustTest() {
        link(alice);
    }

    private static Party party(String jid) {
        return new Party(jid, MemoryStore.create());
    }

    /** As the phone of this account has linked it. */
    private void link(Party device) {
        byte[] account = device.identitySignedBy(alicesPhone).build().toByteArray();
        device.credentials.update(own -> own.toBuilder()
                .me(OWN_PHONE.withDevice(2))
                .lid(OWN_LID.withDevice(2))
                .account(account)
                .build());
    }

    // H1: bundles

    @Test
    void givenKnownPhone_whenABundleOfACompanionHasNoIdentity_thenRefusedAndTold_H1() {
        alice.greet(bob);
        Party phantom = party("15551230002:42@s.whatsapp.net");

        assertThatThrownBy(() -> alice.meet(phantom, phantom.bundle()))
                .isInstanceOf(PeerKeyRejectedException.class)
                .hasMessageContaining("15551230002:42");

        assertRefused(alice, phantom);
    }

    @Test
    void givenKnownPhone_whenABundleBringsAnAccountKeyOfItsOwn_thenRefusedAndTold_H1() {
        alice.greet(bob);
        Party phantom = party("15551230002:42@s.whatsapp.net");
        byte[] ownAccount = phantom.identitySignedBy(party("15550000666@s.whatsapp.net"))
                .build()
                .toByteArray();

        assertThatThrownBy(() -> alice.meet(phantom, phantom.bundle(null, ownAccount)))
                .isInstanceOf(PeerKeyRejectedException.class);

        assertRefused(alice, phantom);
    }

    @Test
    void givenNothingKnownOfTheOwnPhone_whenABundleIsSaidToBeOfAnOwnCompanion_thenItNeedsTheAccountsSignature_H1() {
        for (String form : List.of(
                "15559990000:42@s.whatsapp.net",
                "999000000000000:42@lid",
                "15559990000:99@hosted",
                "999000000000000:99@hosted.lid")) {
            Party phantom = party(form);
            byte[] ownAccount = phantom.identitySignedBy(party("15550000666@s.whatsapp.net"))
                    .build()
                    .toByteArray();

            assertThatThrownBy(() -> alice.meet(phantom, phantom.bundle()))
                    .as(form)
                    .isInstanceOf(PeerKeyRejectedException.class);
            assertThatThrownBy(() -> alice.meet(phantom, phantom.bundle(null, ownAccount)))
                    .as(form)
                    .isInstanceOf(PeerKeyRejectedException.class);
            assertRefused(alice, phantom);
        }
        Party genuine = party("999000000000000:7@lid");
        alice.meet(genuine, genuine.bundleSignedBy(alicesPhone));
        assertThat(alice.sessions.hasSession(genuine.jid)).isTrue();
    }

    @Test
    void givenCompanionThatThePhoneHasSigned_whenMet_thenTakenAndToldOnce_H1() {
        alice.greet(bob);

        alice.greet(bobsWeb, bobsWeb.bundleSignedBy(bob));
        alice.meet(bobsWeb, bobsWeb.bundleSignedBy(bob));

        assertThat(kinds(alice)).containsExactly(IdentityChangeKind.FIRST_KEY, IdentityChangeKind.NEW_DEVICE);
    }

    // H2: pre-key messages

    @Test
    void givenAnOwnDeviceThatDoesNotExist_whenItWrites_thenRefusedAndTold_H2() {
        for (String form : List.of("15559990000:99@s.whatsapp.net", "15559990000:99@hosted", "15559990000@hosted")) {
            Party spoof = party(form);

            assertUntrusted(alice, spoof, null);

            assertRefused(alice, spoof);
        }
    }

    @Test
    void givenAnotherKey_whenTheOwnPhoneIsSaidToWrite_thenRefusedUnderBothForms_H2() {
        for (String form : List.of("15559990000@s.whatsapp.net", "999000000000000@lid")) {
            Party spoof = party(form);

            assertUntrusted(alice, spoof, null);

            assertRefused(alice, spoof);
        }
        alice.decrypt(alicesPhone, introduction(alicesPhone, alice));
        assertThat(alice.sessions.hasSession(alicesPhone.jid)).isTrue();
    }

    @Test
    void givenKnownPhone_whenACompanionWritesWithoutItsSignature_thenRefusedAndTold_H2() {
        alice.greet(bob);
        Party spoof = party("15551230002:77@s.whatsapp.net");
        byte[] ownAccount = spoof.identitySignedBy(party("15550000666@s.whatsapp.net"))
                .build()
                .toByteArray();

        assertUntrusted(alice, spoof, null);
        assertUntrusted(alice, spoof, ownAccount);

        assertRefused(alice, spoof);
    }

    @Test
    void givenACompanionThatWritesFirst_whenItBringsTheAccountKey_thenThatIsThePhonesFromThenOn_H2() {
        byte[] identity = bobsWeb.identitySignedBy(bob).build().toByteArray();
        Ciphertext first = introduction(bobsWeb, alice);
        alice.with(bobsWeb, tx -> tx.decrypt(bobsWeb.jid, first, Optional.of(identity)));

        assertThat(kinds(alice)).containsExactly(IdentityChangeKind.FIRST_KEY, IdentityChangeKind.NEW_DEVICE);
        alice.decrypt(bob, introduction(bob, alice));
        assertThat(kinds(alice)).as("the phone brings nothing new").hasSize(2);
        Party phantom = party("15551230002:42@s.whatsapp.net");
        assertThatThrownBy(() -> alice.meet(phantom, phantom.bundle())).isInstanceOf(PeerKeyRejectedException.class);
    }

    @Test
    void givenACompanionTakenUnsigned_whenThePhonesKeyBecomesKnown_thenItHasToShowItsIdentity_H1() {
        Party phantom = party("15551230002:42@s.whatsapp.net");
        alice.meet(phantom, phantom.bundle());
        assertThat(kinds(alice)).containsExactly(IdentityChangeKind.FIRST_KEY);

        alice.decrypt(bob, introduction(bob, alice));

        assertThat(alice.sessions.hasSession(phantom.jid)).isFalse();
        assertThatThrownBy(() -> alice.meet(phantom, phantom.bundle())).isInstanceOf(PeerKeyRejectedException.class);
    }

    @Test
    void givenARefusedMessage_whenTheSameDeviceWasKnown_thenNothingOfItsStateChanged_H2() {
        alice.greet(bob);
        alice.greet(bobsWeb, bobsWeb.bundleSignedBy(bob));
        Party spoof = party(bobsWeb.jid.toString());

        assertUntrusted(alice, spoof, null);

        assertThat(alice.decrypt(bobsWeb, bobsWeb.encrypt(alice, "still me"))).isEqualTo("still me");
    }

    // What one has written, brought as another's

    @Test
    void givenAnIntroductionOfOne_whenItComesAsAnothers_thenRefusedAndTold() {
        Ciphertext genuine = repeatable(bob, alice);
        assertThat(alice.decrypt(bob, genuine)).isEqualTo("hello");
        Party carol = party("15551230003@s.whatsapp.net");
        Party dave = party("15551230004@s.whatsapp.net");
        alice.greet(dave);

        for (Jid as : List.of(carol.jid, dave.jid, dave.jid.withDevice(5))) {
            assertUntrusted(alice, as, genuine, null);

            IdentityNews told = alice.news.get(alice.news.size() - 1);
            assertThat(told.refused()).isTrue();
            assertThat(told.address()).isEqualTo(as);
            assertThat(told.identityKey().orElseThrow())
                    .isEqualTo(bob.identity().publicKey());
        }
        assertThat(kinds(alice)).contains(IdentityChangeKind.KEY_OF_ANOTHER);
        assertThat(alice.decrypt(dave, dave.encrypt(alice, "still me"))).isEqualTo("still me");
    }

    @Test
    void givenACompanionsIntroduction_whenItComesAsAnUnknownPersonsWithTheAccountKey_thenRefusedAndTold() {
        alice.greet(bob);
        Ciphertext genuine = repeatable(bobsWeb, alice);
        byte[] identity = bobsWeb.identitySignedBy(bob).build().toByteArray();

        assertUntrusted(alice, Jid.phone("15551230003").withDevice(3), genuine, identity);

        assertThat(kinds(alice)).endsWith(IdentityChangeKind.KEY_OF_ANOTHER);
    }

    @Test
    void givenAnOwnKey_whenSomebodyElseIsSaidToHaveIt_thenRefusedAndTold() {
        Ciphertext ofPhone = repeatable(alicesPhone, alice);
        Party mirror = new Party("15551230002@s.whatsapp.net", alice.store);

        assertUntrusted(alice, bob.jid, ofPhone, null);
        assertThatThrownBy(() -> alice.meet(bob, mirror.bundle())).isInstanceOf(PeerKeyRejectedException.class);

        assertThat(alice.news)
                .hasSize(2)
                .allMatch(news -> news.refused() && news.kind() == IdentityChangeKind.FALSE_DEVICE);
    }

    @Test
    void givenAKeyKnownByNumber_whenTheSamePersonsLidBringsIt_thenItIsNobodyElses() {
        alice.greet(bob);

        alice.with(party("200000000000002@lid"), tx -> {
            tx.buildSession(Jid.lid("200000000000002"), bob.bundle());
            return true;
        });

        assertThat(kinds(alice)).containsExactly(IdentityChangeKind.FIRST_KEY, IdentityChangeKind.FIRST_KEY);
    }

    @Test
    void givenAKnownPair_whenAnotherNumberBringsTheKey_thenRefused() {
        LidMappings people = new LidMappings(
                alice.store,
                new SignalSessions(
                        alice.store,
                        alice.credentials,
                        IdentityPolicy.TELL,
                        LidMappings::storedCounterpart,
                        alice.news::add));
        people.learn(Jid.phone("15551230002"), Jid.lid("200000000000002"));
        people.inTransaction(List.of(bob.jid), peers -> {
            peers.buildSession(bob.jid, bob.bundle());
            return true;
        });
        Jid carol = Jid.phone("15551230003");

        assertThatThrownBy(() -> people.inTransaction(List.of(carol), peers -> {
                    peers.buildSession(carol, bob.bundle());
                    return true;
                }))
                .isInstanceOf(PeerKeyRejectedException.class)
                .hasMessageContaining("200000000000002@lid");
    }

    // Old introductions

    @Test
    void givenASessionThatWasDropped_whenItsIntroductionComesAgain_thenItIsNotReadTwice() {
        Ciphertext first = repeatable(bob, alice);
        assertThat(alice.decrypt(bob, first)).isEqualTo("hello");
        for (boolean whole : new boolean[] {false, true}) {
            alice.with(bob, tx -> {
                if (whole) {
                    tx.deleteUser(bob.jid);
                } else {
                    tx.deleteSession(bob.jid);
                }
                return true;
            });

            assertReason(Reason.INVALID_KEY_ID, () -> alice.decrypt(bob, first));
            assertReason(Reason.INVALID_KEY_ID, () -> new Party(alice.jid.toString(), alice.store).decrypt(bob, first));
            assertThat(alice.sessions.hasSession(bob.jid)).isFalse();
        }
    }

    @Test
    void givenASessionThatIsThere_whenItsIntroductionComesAgain_thenItIsADuplicateAndLaterOnesAreRead() {
        Ciphertext first = repeatable(bob, alice);
        alice.decrypt(bob, first);

        assertReason(Reason.DUPLICATE, () -> alice.decrypt(bob, first));

        assertThat(alice.decrypt(bob, bob.encrypt(alice, "second"))).isEqualTo("second");
    }

    @Test
    void givenManyIntroductionsOfOne_whenTheyUseUpNoKeys_thenTheyAreBounded() {
        for (int i = 0; i < 256; i++) {
            alice.decrypt(bob, repeatable(bob, alice));
        }

        assertReason(Reason.INVALID_KEY_ID, () -> alice.decrypt(bob, repeatable(bob, alice)));

        bob.meet(alice, alice.bundle());
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "with a key"))).isEqualTo("with a key");
    }

    // Companions that their phone has removed

    @Test
    void givenACompanionThatItsPhoneHasRemoved_whenItsKeysComeAgain_thenRefusedAndTold() {
        alice.greet(bob);
        alice.greet(bobsWeb, bobsWeb.bundleSignedBy(bob, 3));
        Ciphertext inOldSession = bobsWeb.encrypt(alice, "in the old session");

        takeList(bob, 200, 4, 4);

        assertThat(alice.sessions.hasSession(bobsWeb.jid)).isFalse();
        assertThatThrownBy(() -> alice.meet(bobsWeb, bobsWeb.bundleSignedBy(bob, 3)))
                .isInstanceOf(PeerKeyRejectedException.class)
                .hasMessageContaining("removed");
        assertThat(alice.news.get(alice.news.size() - 1).toString())
                .isEqualTo("FALSE_DEVICE refused: 15551230002:3@s.whatsapp.net");
        byte[] identity = bobsWeb.identitySignedBy(bob, 3).build().toByteArray();
        assertUntrusted(alice, bobsWeb, identity);
        assertReason(Reason.NO_SESSION, () -> alice.decrypt(bobsWeb, inOldSession));
    }

    @Test
    void givenANewerList_whenAnOlderOneComesAgain_thenTheRemovedStaysRemoved() {
        alice.greet(bob);
        takeList(bob, 100, 3, 3);
        takeList(bob, 200, 4, 4);

        KeyIndexList counts = takeList(bob, 100, 3, 3);

        assertThat(counts.timestamp()).isEqualTo(200);
        assertThatThrownBy(() -> alice.meet(bobsWeb, bobsWeb.bundleSignedBy(bob, 3)))
                .isInstanceOf(PeerKeyRejectedException.class);
        alice.with(bob, tx -> {
            tx.deleteUser(bob.jid);
            return true;
        });
        alice.greet(bob);
        assertThat(takeList(bob, 100, 3, 3).timestamp())
                .as("after the server said that the person registered anew, and the key is the same")
                .isEqualTo(200);
    }

    @Test
    void givenASignedList_whenOneThatThePhoneHasNotSignedComes_thenTheSignedOneCounts() {
        alice.greet(bob);
        takeList(bob, 200, 4, 4);
        Party mallory = party("15550000666@s.whatsapp.net");

        KeyIndexList counts = alice.with(
                        bob,
                        tx -> tx.takeKeyIndexes(
                                bob.jid, Optional.of(Party.keyIndexes(mallory.identity(), 300, 9, 3, 9))))
                .orElseThrow();

        assertThat(counts.timestamp()).isEqualTo(200);
        Optional<KeyIndexList> known = alice.with(bob, tx -> tx.takeKeyIndexes(bob.jid, Optional.empty()));
        assertThat(known.orElseThrow().timestamp()).isEqualTo(200);
    }

    @Test
    void givenAListThatCameBeforeThePhonesKey_whenTheKeyIsKnown_thenTheListCountsIfItIsSigned() {
        takeList(bob, 200, 4, 4);

        alice.greet(bob);

        assertThatThrownBy(() -> alice.meet(bobsWeb, bobsWeb.bundleSignedBy(bob, 3)))
                .isInstanceOf(PeerKeyRejectedException.class);
        Party later = party("15551230002:5@s.whatsapp.net");
        alice.greet(later, later.bundleSignedBy(bob, 5));
        assertThat(alice.sessions.hasSession(later.jid))
                .as("newer than the list")
                .isTrue();
    }

    @Test
    void givenAnOwnCompanionThatWasRemoved_whenItWrites_thenRefused() {
        takeList(alicesPhone, 200, 4, 2, 4);
        Party own = party("999000000000000:3@lid");

        assertUntrusted(alice, own, own.identitySignedBy(alicesPhone, 3).build().toByteArray());

        assertRefused(alice, own);
    }

    private KeyIndexList takeList(Party phone, long timestamp, int current, int... valid) {
        KeyIndexList list = Party.keyIndexes(phone.identity(), timestamp, current, valid);
        return alice.with(phone, tx -> tx.takeKeyIndexes(phone.jid, Optional.of(list)))
                .orElseThrow();
    }

    /** A first message that uses up no one-time key. */
    private static Ciphertext repeatable(Party from, Party to) {
        from.meet(to, to.bundleWithoutOneTimeKey());
        return from.encrypt(to, "hello");
    }

    private static void assertReason(Reason reason, ThrowingCallable decryption) {
        assertThatThrownBy(decryption)
                .isInstanceOfSatisfying(
                        DecryptionFailedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void assertUntrusted(Party receiver, Jid as, Ciphertext message, byte @Nullable [] identity) {
        assertReason(
                Reason.UNTRUSTED_IDENTITY,
                () -> receiver.sessions.inTransaction(
                        Set.of(as), tx -> tx.decrypt(as, message, Optional.ofNullable(identity))));
    }

    // Another key of a phone: told, or refused until confirmed

    @Test
    void givenAnotherKeyOfAPhone_whenThePolicyTells_thenItsCompanionsAreForgottenWithIt() {
        alice.greet(bob);
        alice.greet(bobsWeb, bobsWeb.bundleSignedBy(bob));
        Party again = party(bob.jid.toString());

        alice.greet(again);

        assertThat(alice.changed).containsExactly(bob.jid);
        IdentityNews told = alice.news.get(alice.news.size() - 1);
        assertThat(told.kind()).isEqualTo(IdentityChangeKind.NEW_KEY);
        assertThat(told.identityKey().orElseThrow()).isEqualTo(again.identity().publicKey());
        assertThat(told.formerKey().orElseThrow()).isEqualTo(bob.identity().publicKey());
        assertThat(alice.sessions.hasSession(bobsWeb.jid)).isFalse();
        assertThatThrownBy(() -> alice.meet(bobsWeb, bobsWeb.bundleSignedBy(bob)))
                .isInstanceOf(PeerKeyRejectedException.class);
    }

    @Test
    void givenThePolicyToConfirm_whenAPhoneHasAnotherKey_thenNothingGoesOrComesUntilConfirmed() {
        Party careful = new Party("15559990000:2@s.whatsapp.net", MemoryStore.create(), IdentityPolicy.CONFIRM);
        link(careful);
        careful.greet(bob);
        Party again = party(bob.jid.toString());

        assertThatThrownBy(() -> careful.meet(again, again.bundle()))
                .isInstanceOf(IdentityNotConfirmedException.class)
                .hasMessageContaining("15551230002");
        assertUntrusted(careful, again, null);
        careful.with(bob, tx -> {
            tx.deleteUser(bob.jid);
            return true;
        });
        assertThatThrownBy(() -> careful.meet(again, again.bundle()))
                .as("after the server said that it registered anew")
                .isInstanceOf(IdentityNotConfirmedException.class);
        assertThat(careful.news).filteredOn(IdentityNews::refused).hasSize(3).allSatisfy(news -> {
            assertThat(news.kind()).isEqualTo(IdentityChangeKind.NEW_KEY);
            assertThat(news.identityKey().orElseThrow())
                    .isEqualTo(again.identity().publicKey());
            assertThat(news.formerKey().orElseThrow()).isEqualTo(bob.identity().publicKey());
        });

        careful.with(bob, tx -> {
            tx.confirmIdentity(bob.jid, again.identity().publicKey());
            return true;
        });
        careful.greet(again);
        assertThatThrownBy(() -> careful.meet(bob, bob.bundle())).isInstanceOf(IdentityNotConfirmedException.class);
    }

    // M2: pairs of number and LID

    @Test
    void givenAKnownPair_whenTheServerNamesAnotherLid_thenToldAndNothingIsCarriedOver_M2() {
        LidMappings people = new LidMappings(alice.store, alice.sessions);
        Jid lid = Jid.lid("100000000000002");
        alice.greet(bob);
        people.learn(bob.jid, lid);
        assertThat(alice.news).noneMatch(news -> news.kind() == IdentityChangeKind.NEW_PAIR);

        assertThat(people.learn(bob.jid, MALLORYS_LID)).isTrue();

        assertThat(identity(alice, MALLORYS_LID)).isEmpty();
        assertThat(alice.sessions.hasSession(MALLORYS_LID)).isFalse();
        IdentityNews told = alice.news.get(alice.news.size() - 1);
        assertThat(told.kind()).isEqualTo(IdentityChangeKind.NEW_PAIR);
        assertThat(told.refused()).isFalse();
        assertThat(told.address()).isEqualTo(bob.jid);
        assertThat(told.pairedWith()).contains(MALLORYS_LID);
        assertThat(told.formerly()).contains(lid);
    }

    @Test
    void givenThePolicyToConfirm_whenTheServerNamesAnotherLid_thenThePairStays_M2() {
        Party careful = new Party("15559990000:2@s.whatsapp.net", MemoryStore.create(), IdentityPolicy.CONFIRM);
        link(careful);
        LidMappings people = new LidMappings(careful.store, careful.sessions);
        Jid lid = Jid.lid("100000000000002");
        people.learn(bob.jid, lid);

        assertThat(people.learn(bob.jid, MALLORYS_LID)).isFalse();

        assertThat(people.counterpart(bob.jid)).contains(lid);
        assertThat(careful.news).singleElement().satisfies(news -> {
            assertThat(news.kind()).isEqualTo(IdentityChangeKind.NEW_PAIR);
            assertThat(news.refused()).isTrue();
        });
        assertThat(people.confirm(bob.jid, MALLORYS_LID)).isTrue();
        assertThat(people.counterpart(bob.jid)).contains(MALLORYS_LID);
    }

    @Test
    void givenTwoPeopleWithKeysOfTheirOwn_whenTheServerPairsThem_thenTold_M2() {
        LidMappings people = new LidMappings(alice.store, alice.sessions);
        Party mallory = party(MALLORYS_LID.toString());
        alice.greet(bob);
        alice.greet(mallory);

        people.learn(bob.jid, MALLORYS_LID);

        assertThat(kinds(alice)).endsWith(IdentityChangeKind.NEW_PAIR);
        assertThat(identity(alice, bob.jid)).isEmpty();
        assertThat(identity(alice, MALLORYS_LID)).contains(mallory.identity().publicKey());
    }

    @Test
    void givenTheOwnAccount_whenTheServerPairsItWithAnother_thenRefusedUnderEachPolicy_M2() {
        LidMappings people = new LidMappings(alice.store, alice.sessions);

        assertThat(people.learn(OWN_PHONE, MALLORYS_LID)).isFalse();
        assertThat(people.learn(bob.jid, OWN_LID)).isFalse();
        assertThat(alice.news).hasSize(2).allMatch(IdentityNews::refused);
        assertThat(people.learn(OWN_PHONE, OWN_LID)).isTrue();
    }

    private static List<IdentityChangeKind> kinds(Party party) {
        return party.news.stream().map(IdentityNews::kind).toList();
    }

    private static Optional<byte[]> identity(Party party, Jid device) {
        return party.sessions.inTransaction(Set.of(device), tx -> tx.identity(device));
    }

    private static Ciphertext introduction(Party from, Party to) {
        from.meet(to, to.bundle(to.preKeys.unuploaded(1).get(0), null));
        return from.encrypt(to, "hello");
    }

    private static void assertUntrusted(Party receiver, Party sender, byte @Nullable [] deviceIdentity) {
        sender.with(receiver, tx -> {
            tx.saveIdentity(receiver.jid, receiver.identity().publicKey());
            return true;
        });
        Ciphertext message = introduction(sender, receiver);
        assertThatThrownBy(() -> receiver.with(
                        sender,
                        tx -> new String(
                                tx.decrypt(sender.jid, message, Optional.ofNullable(deviceIdentity)),
                                StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        DecryptionFailedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED_IDENTITY));
    }

    /** Nothing of it was kept, and the application hears of it. */
    private static void assertRefused(Party by, Party refused) {
        assertThat(by.sessions.hasSession(refused.jid)).isFalse();
        assertThat(identity(by, refused.jid)).isEmpty();
        assertThat(by.news)
                .filteredOn(news -> news.address().equals(refused.jid))
                .isNotEmpty()
                .allSatisfy(news -> {
                    assertThat(news.kind()).isEqualTo(IdentityChangeKind.FALSE_DEVICE);
                    assertThat(news.refused()).isTrue();
                    assertThat(news.identityKey().orElseThrow())
                            .isEqualTo(refused.identity().publicKey());
                });
    }
}
