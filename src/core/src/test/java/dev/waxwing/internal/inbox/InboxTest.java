package dev.waxwing.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.FailingStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rows between decryption and the listeners, and how far each cursor has come. */
final class InboxTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Jid BOB = Jid.phone("15551230002");
    private static final MessageOrigin FROM_BOB = new MessageOrigin(List.of(BOB), List.of(BOB));
    private static final String ARCHIVE = "archive";

    private final FailingStore failing = new FailingStore(MemoryStore.create());
    private final DamagedStore store = new DamagedStore(failing);
    private final MissingMessages missing = new MissingMessages(store);
    private Inbox inbox = new Inbox(store);

    private static MessageKey key(String id) {
        return MessageKey.builder(BOB, false, id).build();
    }

    private void append(boolean offline, String... ids) {
        store.transact(tx -> {
            Inbox.Appender appender = new Inbox.Appender(tx, missing.found());
            for (String id : ids) {
                Message text = Message.newBuilder().setConversation(id).build();
                appender.toInbox(id, FROM_BOB, Inbox.entry(key(id), NOW, "Bob", offline, text));
            }
            appender.finish();
            return true;
        });
    }

    private void append(String... ids) {
        append(false, ids);
    }

    private static List<String> ids(InboxBatch batch) {
        return batch.messages().stream().map(message -> message.key().id()).toList();
    }

    private InboxBatch read(String cursor) {
        return inbox.read(cursor, 10);
    }

    private List<String> rows() {
        return store.transact(tx -> tx.keys(StoreTable.INBOX, "m/", "m0", 1_000));
    }

    @Test
    void givenMessages_whenRead_thenTheyComeInTheirOrderAsTheyWereWritten() {
        append("A");
        append("B", "C");

        InboxBatch batch = read(Inbox.BUS);

        assertThat(ids(batch)).containsExactly("A", "B", "C");
        assertThat(batch.type()).isEqualTo(MessagesUpsert.Type.NOTIFY);
        assertThat(batch.messages().get(0))
                .isEqualTo(new WebMessage(
                        key("A"),
                        NOW,
                        Optional.of("Bob"),
                        Message.newBuilder().setConversation("A").build()));
    }

    @Test
    void givenMoreThanABatchTakes_whenConsumed_thenTheNextFollows() {
        append("A", "B", "C");
        InboxBatch first = inbox.read(Inbox.BUS, 2);
        assertThat(ids(first)).containsExactly("A", "B");
        assertThat(ids(inbox.read(Inbox.BUS, 2))).as("not consumed yet").containsExactly("A", "B");

        inbox.consumed(Inbox.BUS, first);

        assertThat(ids(inbox.read(Inbox.BUS, 2))).containsExactly("C");
    }

    @Test
    void givenMessagesThatWaitedOnTheServerAndNewOnes_whenRead_thenTheyAreNotMixed() {
        append(true, "A", "B");
        append(false, "C");

        InboxBatch old = read(Inbox.BUS);
        inbox.consumed(Inbox.BUS, old);

        assertThat(ids(old)).containsExactly("A", "B");
        assertThat(old.type()).isEqualTo(MessagesUpsert.Type.APPEND);
        assertThat(ids(read(Inbox.BUS))).containsExactly("C");
        assertThat(read(Inbox.BUS).type()).isEqualTo(MessagesUpsert.Type.NOTIFY);
    }

    @Test
    void givenOneCursor_whenABatchIsConsumed_thenItsRowsAreGoneAndARestartDoesNotBringThemBack() {
        append("A", "B");
        inbox.consumed(Inbox.BUS, inbox.read(Inbox.BUS, 1));
        assertThat(rows()).hasSize(1);

        inbox = new Inbox(store);

        assertThat(ids(read(Inbox.BUS))).containsExactly("B");
    }

    @Test
    void givenNothing_whenRead_thenTheBatchIsEmpty() {
        assertThat(read(Inbox.BUS).isEmpty()).isTrue();
        append("A");
        assertThat(read(Inbox.BUS).isEmpty()).isFalse();
    }

    @Test
    void givenALaterCursor_whenOpened_thenItBeginsWithWhatArrivesFromThenOn() {
        inbox.open(Inbox.BUS);
        append("A");
        inbox.open(ARCHIVE);
        append("B");

        assertThat(ids(read(ARCHIVE))).containsExactly("B");
        assertThat(ids(read(Inbox.BUS))).containsExactly("A", "B");
    }

    @Test
    void givenTwoCursors_whenOneIsDone_thenTheRowsStayForTheOther() {
        inbox.open(Inbox.BUS);
        inbox.open(ARCHIVE);
        append("A", "B");
        inbox.consumed(Inbox.BUS, read(Inbox.BUS));
        assertThat(rows()).hasSize(2);
        assertThat(read(Inbox.BUS).isEmpty()).isTrue();

        inbox.consumed(ARCHIVE, inbox.read(ARCHIVE, 1));
        assertThat(rows()).hasSize(1);
        inbox.consumed(ARCHIVE, read(ARCHIVE));

        assertThat(rows()).isEmpty();
    }

    @Test
    void givenTwoCursors_whenRestarted_thenEachGoesOnWhereItWas() {
        inbox.open(Inbox.BUS);
        inbox.open(ARCHIVE);
        append("A", "B", "C");
        inbox.consumed(Inbox.BUS, inbox.read(Inbox.BUS, 2));
        inbox.consumed(ARCHIVE, inbox.read(ARCHIVE, 1));

        inbox = new Inbox(store);

        assertThat(ids(read(Inbox.BUS))).containsExactly("C");
        assertThat(ids(read(ARCHIVE))).containsExactly("B", "C");
    }

    @Test
    void givenACursorThatIsForgotten_whenItWasTheLast_thenWhatWaitedForItAloneIsGone() {
        inbox.open(Inbox.BUS);
        inbox.open(ARCHIVE);
        append("A", "B");
        inbox.consumed(Inbox.BUS, read(Inbox.BUS));

        assertThat(inbox.forget(ARCHIVE)).isTrue();

        assertThat(rows()).isEmpty();
        assertThat(inbox.forget(ARCHIVE)).isFalse();
    }

    @Test
    void givenAMessageThatComesAgain_whenAppended_thenItIsThereOnce() {
        append("A");
        append("A", "B");

        assertThat(ids(read(Inbox.BUS))).containsExactly("A", "B");
    }

    @Test
    void givenAMessageThatIsNotForListeners_whenAppended_thenItIsKnownAndNotHandedOut() {
        store.transact(tx -> {
            Inbox.Appender appender = new Inbox.Appender(tx, missing.found());
            appender.toInbox("KEYS", FROM_BOB, null);
            appender.finish();
            return true;
        });
        append("KEYS", "A");

        assertThat(ids(read(Inbox.BUS))).containsExactly("A");
    }

    @Test
    void givenRowsThatCannotBeRead_whenRead_thenTheOthersComeAndThoseStay() {
        append("A", "B", "C", "D");
        List<String> rows = rows();
        store.damage(StoreTable.INBOX, rows.get(1));
        store.transact(tx -> {
            tx.put(StoreTable.INBOX, rows.get(2), new byte[] {1, 2, 3});
            return true;
        });

        InboxBatch batch = read(Inbox.BUS);
        inbox.consumed(Inbox.BUS, batch);

        assertThat(ids(batch)).containsExactly("A", "D");
        assertThat(rows()).containsExactly(rows.get(1), rows.get(2));
        append("E");
        assertThat(ids(read(Inbox.BUS))).containsExactly("E");
    }

    @Test
    void givenRowOfATimeThatIsNone_whenRead_thenTheOthersComeAndItStays() {
        append("A", "B", "C");
        List<String> rows = rows();
        InboxEntry timeless = Inbox.entry(key("B"), NOW, "Bob", false, Message.getDefaultInstance()).toBuilder()
                .setTimestampSeconds(Long.MAX_VALUE)
                .build();
        store.transact(tx -> {
            tx.put(StoreTable.INBOX, rows.get(1), timeless.toByteArray());
            return true;
        });

        InboxBatch batch = read(Inbox.BUS);
        inbox.consumed(Inbox.BUS, batch);

        assertThat(ids(batch)).containsExactly("A", "C");
        assertThat(rows()).containsExactly(rows.get(1));
    }

    @Test
    void givenAStoreThatFails_whenABatchIsConsumed_thenThisProcessDoesNotHandleItAgain() {
        append("A", "B");
        InboxBatch batch = inbox.read(Inbox.BUS, 1);
        failing.failing(true);
        assertThatThrownBy(() -> inbox.consumed(Inbox.BUS, batch)).isInstanceOf(StoreFailedException.class);
        failing.failing(false);

        assertThat(ids(read(Inbox.BUS))).containsExactly("B");
    }

    @Test
    void givenTheMostCursors_whenOneMoreIsOpened_thenTheCallSaysSo() {
        for (int i = 0; i < 1_000; i++) {
            inbox.open("cursor " + i);
        }

        assertThatThrownBy(() -> inbox.open("one more"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1000 cursors");
        assertThat(inbox.forget("cursor 7")).isTrue();
        inbox.open("one more");
    }

    @Test
    void givenACursorFarBehind_whenAnotherGoesOn_thenItLosesWhatIsOverTheBound() {
        inbox.open(Inbox.BUS);
        inbox.open(ARCHIVE);
        append("A", "B");
        store.transact(tx -> {
            String last = Integer.toString(Inbox.MOST_KEPT);
            tx.put(StoreTable.INBOX, "last", last.getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        append("C");

        inbox.consumed(Inbox.BUS, read(Inbox.BUS));

        assertThat(ids(read(ARCHIVE))).containsExactly("C");
        assertThat(rows()).hasSize(1);
    }
}
