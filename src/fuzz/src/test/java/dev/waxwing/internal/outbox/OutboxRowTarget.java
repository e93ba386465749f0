package dev.waxwing.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Instant;
import java.util.List;

/**
 * Rows of the outbox and of sent messages, damaged. One that cannot be read stays in the outbox and is passed over; a
 * sent message that cannot be read is refused with {@link StoreFailedException} only. Reading changes no row.
 */
public final class OutboxRowTarget implements FuzzTarget {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final MessageKey KEY = MessageKey.builder(Jid.parse("100000000000001@lid"), true, "3EB0")
            .remoteJidAlt(Jid.parse("15557654321@s.whatsapp.net"))
            .build();
    private static final Node STANZA = Node.builder("message")
            .attr("id", "3EB0")
            .attr("to", KEY.remoteJid())
            .child(Node.builder("enc").attr("v", "2").bytes(new byte[20]).build())
            .build();

    private final AccountStore store = MemoryStore.create();
    private final String row;
    private final byte[] entry;
    private final byte[] sent;

    public OutboxRowTarget() {
        OutboxRows.QueuedMessage place = store.transact(tx -> new OutboxRows(store).put(tx, KEY, NOW, STANZA, false));
        row = place.row();
        store.transact(tx -> {
            SentMessages.Writer writer = new SentMessages.Writer(tx);
            writer.put(KEY, NOW, Message.newBuilder().setConversation("hello").build());
            writer.finish();
            return true;
        });
        entry = get(StoreTable.OUTBOX, row);
        sent = get(StoreTable.SENT_MESSAGES, "m/3EB0");
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(entry, sent);
    }

    @Override
    public void accept(byte[] input) {
        store.transact(tx -> {
            tx.put(StoreTable.OUTBOX, row, input);
            tx.put(StoreTable.SENT_MESSAGES, "m/3EB0", input);
            tx.put(StoreTable.SENT_MESSAGES, "o/3EB0", input);
            return true;
        });
        StoreImage image = StoreImage.of(store, StoreTable.OUTBOX, StoreTable.SENT_MESSAGES);
        List<OutboxRows.StoredEntry> saved = new OutboxRows(store).readFrom("");
        assertThat(saved).hasSize(1);
        assertThat(saved.get(0).row()).isEqualTo(row);
        SentMessages messages = new SentMessages(store);
        try {
            messages.find("3EB0");
        } catch (StoreFailedException e) {
            // Refused as promised.
        }
        try {
            messages.knows("3EB0");
        } catch (StoreFailedException e) {
            // Refused as promised.
        }
        image.assertUnchanged();
    }

    private byte[] get(StoreTable table, String key) {
        return store.transact(tx -> tx.get(table, key));
    }
}
