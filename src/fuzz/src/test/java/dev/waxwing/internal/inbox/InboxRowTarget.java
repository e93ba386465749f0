package dev.waxwing.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.proto.storage.MissingMessageEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Instant;
import java.util.List;

/**
 * Rows of received and of missing messages, damaged. One that cannot be read is passed over, and the sound one behind
 * it is read; nothing is thrown, and reading changes no row.
 */
public final class InboxRowTarget implements FuzzTarget {

    private static final InboxEntry ENTRY = Inbox.entry(
            MessageKey.builder(Jid.parse("120363000000000001@g.us"), false, "3EB0")
                    .participant(Jid.parse("100000000000001@lid"))
                    .participantAlt(Jid.parse("15557654321@s.whatsapp.net"))
                    .build(),
            Instant.ofEpochSecond(1_760_000_000),
            "Bob",
            false,
            Message.newBuilder().setConversation("hello").build());
    private static final byte[] MISSING = MissingMessageEntry.newBuilder()
            .setMessage(ENTRY)
            .addAuthor("100000000000001@lid")
            .setAsked(true)
            .build()
            .toByteArray();
    private static final String FIRST = "m/0000000000000000";
    private static final String SECOND = "m/0000000000000001";

    private final AccountStore store = MemoryStore.create();

    public InboxRowTarget() {
        store.transact(tx -> {
            tx.put(StoreTable.INBOX, SECOND, ENTRY.toByteArray());
            tx.put(StoreTable.INBOX, "last", new byte[] {'1'});
            return true;
        });
        new Inbox(store).open(Inbox.BUS);
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(ENTRY.toByteArray(), MISSING);
    }

    @Override
    public void accept(byte[] input) {
        store.transact(tx -> {
            tx.put(StoreTable.INBOX, FIRST, input);
            tx.put(StoreTable.MISSING_MESSAGES, "row", input);
            return true;
        });
        StoreImage image = StoreImage.of(store, StoreTable.INBOX, StoreTable.MISSING_MESSAGES);
        Inbox inbox = new Inbox(store);
        InboxBatch batch = inbox.read(Inbox.BUS, 10);
        boolean sound = batch.keys().contains(SECOND);
        // The two may be of different kinds, live and from the backlog, and then come one after the other.
        assertThat(sound || batch.keys().equals(List.of(FIRST))).isTrue();
        MissingMessages missing = new MissingMessages(store);
        missing.notAsked().forEach(MissingMessages.Missing::origin);
        image.assertUnchanged();
    }
}
