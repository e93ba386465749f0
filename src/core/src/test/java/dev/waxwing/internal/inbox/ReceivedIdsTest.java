package dev.waxwing.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceivedIdsTest {

    private static final Jid PHONE = Jid.parse("15550001001@s.whatsapp.net");
    private static final Jid LID = Jid.parse("100000000000001@lid");

    private final DamagedStore store = new DamagedStore(MemoryStore.create());
    private long next;

    private boolean isNew(String id, Jid... author) {
        return store.transact(tx -> ReceivedIds.add(tx, next++, id, MessageOrigin.direct(author), new byte[0]));
    }

    @Test
    void givenSeenMessage_whenItComesAgain_thenItIsKnown() {
        assertThat(isNew("A", PHONE)).isTrue();
        assertThat(isNew("A", PHONE)).isFalse();
        assertThat(isNew("A", PHONE.withDevice(3))).as("from another device").isFalse();
        assertThat(isNew("B", PHONE)).as("another message").isTrue();
        assertThat(isNew("A", LID)).as("another author").isTrue();
    }

    @Test
    void givenMessageFromBeforeTheLidWasKnown_whenItComesAgainUnderTheLid_thenItIsKnown() {
        isNew("A", PHONE);

        assertThat(isNew("A", LID, PHONE)).isFalse();
    }

    @Test
    void givenOneIdByOneAuthor_whenItComesInAnotherChat_thenItIsAnotherMessage_B09() {
        Jid status = Jid.STATUS_BROADCAST;
        isNew("A", PHONE);

        assertThat(isNew("A", List.of(status), PHONE)).as("as a status").isTrue();
        assertThat(isNew("A", List.of(status), PHONE)).as("again").isFalse();
        assertThat(isNew("A", List.of(LID), PHONE)).as("to another person").isTrue();
    }

    @Test
    void givenChatFromBeforeItsLidWasKnown_whenItsMessageComesAgainUnderTheLid_thenItIsKnown_B09() {
        Jid own = Jid.phone("15559990000");
        isNew("A", List.of(PHONE), own);

        assertThat(isNew("A", List.of(LID, PHONE), own)).isFalse();
    }

    @Test
    void givenMessageOfOnePersonWhoseChatWasNamedByNumber_whenItComesAgain_thenItIsKnown() {
        isNew("A", List.of(PHONE), LID, PHONE);

        assertThat(isNew("A", LID, PHONE)).isFalse();
    }

    private boolean isNew(String id, List<Jid> chat, Jid... author) {
        return store.transact(
                tx -> ReceivedIds.add(tx, next++, id, new MessageOrigin(chat, List.of(author)), new byte[0]));
    }

    @Test
    void givenIdOfAnyShape_whenSeen_thenItIsRememberedLikeOthers() {
        String id = "\u0000 é/\n".repeat(40);

        assertThat(isNew(id, PHONE)).isTrue();
        assertThat(isNew(id, PHONE)).isFalse();
    }

    @Test
    void givenManyMessages_whenMoreCome_thenTheNewestAreRememberedAndOldRowsAreRemoved() {
        int all = 3 * ReceivedIds.REMEMBERED;
        for (int from = 0; from < all; from += 7) {
            int batch = Math.min(7, all - from);
            store.transact(tx -> {
                long before = next - 1;
                for (int i = 0; i < batch; i++) {
                    ReceivedIds.add(tx, next, "id" + next, MessageOrigin.direct(PHONE), new byte[0]);
                    next++;
                }
                ReceivedIds.sweep(tx, before, next - 1);
                return true;
            });
        }

        int rows = store.transact(tx -> tx.scanPrefix(StoreTable.INBOX, "", 4 * ReceivedIds.REMEMBERED))
                .size();
        assertThat(rows).isBetween(ReceivedIds.REMEMBERED, ReceivedIds.REMEMBERED * 4 / 3);
        store.transact(tx -> {
            for (int number = all - ReceivedIds.REMEMBERED; number < all; number++) {
                assertThat(ReceivedIds.contains(tx, "id" + number, MessageOrigin.direct(PHONE)))
                        .as("message %s of the newest", number)
                        .isTrue();
            }
            return true;
        });
        assertThat(isNew("id9", PHONE)).as("forgotten").isTrue();
    }

    @Test
    void givenRowsThatDoNotOpen_whenMoreMessagesCome_thenTheirMessagesAreKnownUntilTheBroomComes() {
        isNew("A", PHONE);
        store.transact(tx -> tx.keys(StoreTable.INBOX, "", null, 10))
                .forEach(row -> store.damage(StoreTable.INBOX, row));

        assertThat(isNew("A", PHONE)).isFalse();
        assertThat(isNew("B", PHONE)).isTrue();
        store.transact(tx -> {
            ReceivedIds.sweep(tx, ReceivedIds.REMEMBERED, 2L * ReceivedIds.REMEMBERED);
            return true;
        });
        assertThat(isNew("A", PHONE)).isTrue();
    }
}
