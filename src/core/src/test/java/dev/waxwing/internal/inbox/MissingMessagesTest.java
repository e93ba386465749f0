package dev.waxwing.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.inbox.MissingMessages.Missing;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.proto.storage.MissingMessageEntry;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingMessagesTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Jid PHONE = Jid.parse("15550001001@s.whatsapp.net");
    private static final Jid LID = Jid.parse("100000000000001@lid");
    private static final Jid OTHER = Jid.parse("100000000000002@lid");

    private final DamagedStore store = new DamagedStore(MemoryStore.create());
    private MissingMessages missing = new MissingMessages(store);

    private static Missing message(String id, Instant when) {
        return new Missing(
                Inbox.entry(MessageKey.of(LID, false, id), when, "Alice", true, Message.getDefaultInstance()),
                List.of(LID.withDevice(3), PHONE),
                false);
    }

    private Missing added(String id, Instant when) {
        Missing message = message(id, when);
        assertThat(missing.add(message)).isTrue();
        return message;
    }

    private void receive(String id, Jid... author) {
        MissingMessages.Found found = missing.found();
        store.transact(tx -> {
            Inbox.Appender inbox = new Inbox.Appender(tx, found);
            inbox.toInbox(id, MessageOrigin.direct(author), null);
            inbox.finish();
            return true;
        });
        found.committed();
    }

    private int rows() {
        return store.transact(tx -> tx.scanPrefix(StoreTable.MISSING_MESSAGES, "", 2 * MissingMessages.MOST))
                .size();
    }

    private void restart() {
        missing = new MissingMessages(store);
    }

    @Test
    void givenMissingMessages_whenStartedAgain_thenTheyAreAsTheyWere() {
        Missing waits = added("A", NOW);
        Missing asked = added("é\u0000/".repeat(80), NOW);
        missing.asked(List.of(asked));

        restart();

        assertThat(missing.notAsked()).containsExactly(waits);
        assertThat(missing.find(asked.id())).isEqualTo(new Missing(asked.head(), asked.author(), true));
    }

    @Test
    void givenRowWhoseChatIsNoAddress_whenStartedAndItsMessageComes_thenTheRowIsPassedOverAndTheMessageTaken() {
        byte[] row = MissingMessageEntry.newBuilder()
                .setMessage(InboxEntry.newBuilder().setId("A").setTimestampSeconds(NOW.getEpochSecond()))
                .addAuthor(LID.toString())
                .build()
                .toByteArray();
        store.transact(tx -> {
            tx.put(StoreTable.MISSING_MESSAGES, "row", row);
            return true;
        });

        restart();

        assertThat(missing.notAsked()).isEmpty();
        assertThatCode(() -> receive("A", LID, PHONE)).doesNotThrowAnyException();
        assertThat(rows()).isOne();
    }

    @Test
    void givenMissingMessage_whenItFailsAgain_thenItIsNoOtherOne() {
        Missing first = added("A", NOW);

        assertThat(missing.add(message("A", NOW.plusSeconds(1)))).isFalse();

        restart();
        assertThat(missing.notAsked()).containsExactly(first);
    }

    @Test
    void givenMessageThatWasReceived_whenACopyFails_thenItIsNotMissing() {
        receive("A", LID, PHONE);

        assertThat(missing.add(message("A", NOW))).isFalse();

        assertThat(missing.notAsked()).isEmpty();
        assertThat(rows()).isZero();
    }

    @Test
    void givenMissingMessage_whenItIsReceivedFromAnotherDevice_thenNothingIsLeftOfIt() {
        Missing message = added("A", NOW);

        receive("A", PHONE.withDevice(7));

        assertThat(missing.stillMissing(List.of(message))).isEmpty();
        assertThat(missing.find("A")).isNull();
        assertThat(rows()).isZero();
    }

    @Test
    void givenMissingMessage_whenSomebodyElseSendsOneUnderItsId_thenItIsMissingStill() {
        Missing message = added("A", NOW);

        receive("A", OTHER);

        assertThat(missing.stillMissing(List.of(message))).containsExactly(message);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void givenMissingMessage_whenTheTransactionThatReceivesItFails_thenItIsMissingStill() {
        Missing message = added("A", NOW);

        MissingMessages.Found found = missing.found();
        assertThatThrownBy(() -> store.transact(tx -> {
                    new Inbox.Appender(tx, found).toInbox("A", MessageOrigin.direct(LID), null);
                    throw new IllegalArgumentException("another message of the transaction");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(missing.stillMissing(List.of(message))).containsExactly(message);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void givenRowOfAMessageThatWasReceived_whenAboutToAsk_thenItIsDropped() {
        Missing message = added("A", NOW);
        // As if the message had been received between the look for it and the write of its row.
        store.transact(tx -> ReceivedIds.add(tx, 0, "A", MessageOrigin.direct(LID), new byte[0]));

        assertThat(missing.stillMissing(List.of(message))).isEmpty();

        assertThat(rows()).isZero();
    }

    @Test
    void givenAnswerThatOvertakesTheAck_whenTheAckComes_thenTheRowDoesNotComeBack() {
        Missing message = added("A", NOW);
        receive("A", LID);

        missing.asked(List.of(message));

        assertThat(missing.find("A")).isNull();
        assertThat(rows()).isZero();
    }

    @Test
    void givenOldMessages_whenPruned_thenTheAnswerForOneAskedForHasADayMore() {
        Instant old = NOW.minus(MissingMessages.OLDEST);
        Missing edge = added("edge", old);
        added("old", old.minusSeconds(1));
        missing.asked(List.of(added("asked for", old.minusSeconds(1))));
        missing.asked(List.of(
                added("asked for long ago", old.minus(Duration.ofDays(1)).minusSeconds(1))));

        missing.prune(NOW);

        assertThat(rows()).isEqualTo(2);
        restart();
        assertThat(missing.notAsked()).containsExactly(edge);
        assertThat(missing.find("asked for")).isNotNull();
    }

    @Test
    void givenAsManyAsThereMayBe_whenOneMoreFails_thenTheOldestThatWasAskedForMakesRoom() {
        added("waits", NOW.minusSeconds(9_000));
        for (int i = 1; i < MissingMessages.MOST; i++) {
            Missing message = added("asked for " + i, NOW.minusSeconds(i));
            missing.asked(List.of(message));
        }

        added("one more", NOW);

        assertThat(rows()).isEqualTo(MissingMessages.MOST);
        restart();
        assertThat(missing.notAsked()).extracting(Missing::id).containsExactlyInAnyOrder("waits", "one more");
        assertThat(missing.find("asked for " + (MissingMessages.MOST - 1))).isNull();
        assertThat(missing.find("asked for " + (MissingMessages.MOST - 2))).isNotNull();
    }

    private static Missing messageOf(int author, String id) {
        Jid person = Jid.lid("20000000000" + author);
        return new Missing(
                Inbox.entry(MessageKey.of(person, false, id), NOW, null, true, Message.getDefaultInstance()),
                List.of(person),
                false);
    }

    @Test
    void givenAsManyAsMayWait_whenOneMoreFails_thenItIsLeftOutUntilOneWasAskedFor() {
        Missing first = messageOf(0, "0");
        missing.add(first);
        for (int i = 1; i < MissingMessages.MOST_NOT_ASKED; i++) {
            missing.add(messageOf(i % 10, "" + i));
        }

        assertThat(missing.add(message("one more", NOW))).isFalse();
        assertThat(rows()).isEqualTo(MissingMessages.MOST_NOT_ASKED);

        missing.asked(List.of(first));
        assertThat(missing.add(message("one more", NOW))).isTrue();
    }

    @Test
    void M4_givenAsManyOfOneAuthorAsMayWait_whenOneMoreFails_thenItIsLeftOutAndThoseOfOthersAreNot() {
        for (int i = 0; i < MissingMessages.MOST_NOT_ASKED_OF_ONE; i++) {
            assertThat(missing.add(messageOf(1, "" + i))).isTrue();
        }

        assertThat(missing.add(messageOf(1, "one more"))).isFalse();
        assertThat(missing.add(messageOf(2, "somebody else's"))).isTrue();
    }

    @Test
    void M4_givenAsManyAsThereMayBe_whenAFloodGoesOn_thenItsOwnMakeRoomAndNotThoseOfOthers() {
        Missing others = messageOf(1, "somebody else's");
        missing.add(others);
        missing.asked(List.of(others));
        for (int i = 0; i < MissingMessages.MOST + 100; i++) {
            Missing flood = messageOf(2, "" + i);
            missing.add(flood);
            missing.asked(List.of(flood));
        }

        assertThat(rows()).isEqualTo(MissingMessages.MOST);
        assertThat(missing.find("somebody else's")).isNotNull();
    }

    @Test
    void givenDamagedRow_whenStarted_thenTheOthersAreThere() {
        Missing message = added("A", NOW);
        store.transact(tx -> {
            tx.put(StoreTable.MISSING_MESSAGES, "damaged", new byte[] {-1, -1});
            return true;
        });

        restart();

        assertThat(missing.notAsked()).containsExactly(message);
    }

    @Test
    void givenRowThatDoesNotOpen_whenStarted_thenTheOthersAreThere() {
        Missing message = added("A", NOW);
        store.transact(tx -> {
            tx.put(StoreTable.MISSING_MESSAGES, "damaged", new byte[0]);
            return true;
        });
        store.damage(StoreTable.MISSING_MESSAGES, "damaged");

        restart();

        assertThat(missing.notAsked()).containsExactly(message);
    }
}
