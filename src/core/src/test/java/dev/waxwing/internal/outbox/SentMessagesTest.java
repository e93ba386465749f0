package dev.waxwing.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.inbox.DamagedStore;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.SendOutcome;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentMessagesTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Jid CHAT = Jid.parse("100000000000001@lid");

    private final DamagedStore store = new DamagedStore(MemoryStore.create());
    private final SentMessages sent = new SentMessages(store);

    private void put(String id, Instant when) {
        store.transact(tx -> {
            SentMessages.Writer writer = new SentMessages.Writer(tx);
            put(writer, id, when);
            writer.finish();
            return true;
        });
    }

    private static void put(SentMessages.Writer writer, String id, Instant when) {
        writer.put(
                MessageKey.of(CHAT, true, id),
                when,
                Message.newBuilder().setConversation("text of " + id).build());
    }

    @Test
    void givenMessagesOfOneTransaction_whenTheNewestIsOld_thenAllAreGoneAndNotBefore() {
        Instant old = NOW.minus(SentMessages.KEPT);
        store.transact(tx -> {
            SentMessages.Writer writer = new SentMessages.Writer(tx);
            put(writer, "first", old.minusSeconds(9));
            put(writer, "last", old.minusSeconds(1));
            writer.finish();
            return true;
        });

        sent.prune(NOW.minusSeconds(2));
        assertThat(sent.find("first")).isPresent();
        sent.prune(NOW);

        List<StoreEntry> rows = store.transact(tx -> tx.scanPrefix(StoreTable.SENT_MESSAGES, "", 10));
        assertThat(rows).isEmpty();
    }

    @Test
    void givenSentMessage_whenFound_thenItIsAsItWasSent() {
        put("3EB01", NOW);

        SentMessages.Sent found = sent.find("3EB01").orElseThrow();
        assertThat(found.key()).isEqualTo(MessageKey.of(CHAT, true, "3EB01"));
        assertThat(found.message().getConversation()).isEqualTo("text of 3EB01");
        assertThat(sent.find("3EB02")).isEmpty();
    }

    @Test
    void givenOldMessages_whenPruned_thenOnlyThoseAndAllTheirRowsAreGone() {
        for (int i = 0; i < 1_100; i++) {
            put("old" + i, NOW.minus(SentMessages.KEPT).minusSeconds(i + 1));
        }
        store.transact(tx -> {
            SentMessages.putOutcome(
                    tx, "old7", SendOutcome.newBuilder().setExpired(true).build());
            return true;
        });
        put("young", NOW.minus(SentMessages.KEPT).plus(Duration.ofMinutes(1)));

        sent.prune(NOW);

        assertThat(sent.find("old0")).isEmpty();
        assertThat(sent.find("young")).isPresent();
        List<StoreEntry> rows = store.transact(tx -> tx.scanPrefix(StoreTable.SENT_MESSAGES, "", 5_000));
        assertThat(rows).hasSize(2);
    }

    @Test
    void givenRowThatDoesNotOpen_whenPruned_thenItIsGoneAndTheOthersAreDealtWith() {
        put("first", NOW.minus(SentMessages.KEPT).minusSeconds(2));
        put("second", NOW.minus(SentMessages.KEPT).minusSeconds(1));
        List<String> byTime = store.transact(tx -> tx.keys(StoreTable.SENT_MESSAGES, "t/", "t0", 10));
        store.damage(StoreTable.SENT_MESSAGES, byTime.get(0));

        sent.prune(NOW);

        assertThat(sent.find("second")).isEmpty();
        assertThat(sent.find("first")).as("nothing says when it may go").isPresent();
        assertThat(store.<List<String>>transact(tx -> tx.keys(StoreTable.SENT_MESSAGES, "t/", "t0", 10)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0000", "a\nb", "ü"})
    void givenIdThatNoClientOfOursWrites_whenAskedFor_thenItIsSimplyUnknown(String id) {
        assertThat(sent.find(id)).isEmpty();
        assertThat(sent.find(id + "x".repeat(5_000))).isEmpty();
    }
}
