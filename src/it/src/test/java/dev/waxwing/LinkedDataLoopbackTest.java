package dev.waxwing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.AppStateSyncKeyData;
import dev.waxwing.proto.e2e.AppStateSyncKeyId;
import dev.waxwing.proto.e2e.AppStateSyncKeyShare;
import dev.waxwing.proto.e2e.HistorySyncNotification;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.historysync.HistorySync;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What phones share about an account's state and history, through the whole stack. */
final class LinkedDataLoopbackTest {

    private static final StoreTable KEYS = StoreTable.of("app_state_keys");
    private static final StoreTable HISTORY = StoreTable.of("history_notices");

    private final LoopbackServer server = LoopbackServer.start();
    private final AccountStore store = MemoryStore.create();
    private Client alice;
    private Client bob;
    private Heard<WebMessage> atAlice;

    @BeforeEach
    void connect() throws Exception {
        alice = Client.open(server, "alice", store);
        bob = Client.open(server, "bob", MemoryStore.create());
        atAlice = alice.messages();
    }

    @AfterEach
    void stop() {
        alice.close();
        bob.close();
        server.close();
    }

    @Test
    void givenTheOwnPhone_whenItSharesKeysAndHistory_thenBothAreStoredAndShownToNobody() {
        server.phone("alice").send(bob.jid(), keys());
        server.phone("alice").send(bob.jid(), history());
        awaitTextOf("alice", "after it");

        assertThat(rows(KEYS)).isEqualTo(1);
        // The notice, and the row that counts.
        assertThat(rows(HISTORY)).isEqualTo(2);
        assertThat(atAlice.all()).hasSize(1);
    }

    @Test
    void givenAStranger_whenItSharesKeysAndHistory_thenNothingIsStored() {
        server.phone("bob").send(alice.jid(), keys());
        server.phone("bob").send(alice.jid(), history());
        awaitTextOf("bob", "did it work?");

        assertThat(rows(KEYS)).isZero();
        assertThat(rows(HISTORY)).isZero();
    }

    @Test
    void phoneBootstrap_whenANewDeviceLogsIn_thenItHasTheAppStateKeyTheFirstHistoryAndThePushName() throws Exception {
        AccountStore fresh = MemoryStore.create();
        try (LoopbackServer sharing =
                        LoopbackServer.builder().phoneBootstrap(true).start();
                Client carol = Client.open(sharing, "carol", fresh)) {
            Heard<WebMessage> atCarol = carol.messages();
            // Messages of the own phone are taken in order: when this one is there, those before it are done with.
            sharing.phone("carol").sendText(carol.jid(), "after it");
            atCarol.await(message -> message.text().equals("after it"));

            List<StoreEntry> keys = fresh.transact(tx -> tx.scan(KEYS, "", null, 10));
            assertThat(keys).hasSize(1);
            List<HistorySync> notices = new ArrayList<>();
            List<StoreEntry> rows = fresh.transact(tx -> tx.scanPrefix(HISTORY, "notice/", 10));
            for (StoreEntry row : rows) {
                notices.add(inline(InboxEntry.parseFrom(row.value())));
            }
            assertThat(notices)
                    .extracting(HistorySync::getSyncType)
                    .containsExactly(
                            HistorySync.HistorySyncType.INITIAL_BOOTSTRAP, HistorySync.HistorySyncType.PUSH_NAME);
            assertThat(notices.get(0).getPhoneNumberToLidMappings(0).getPnJID())
                    .isEqualTo(carol.jid().toString());
            assertThat(notices.get(1).getPushnames(0).getPushname()).isEqualTo("carol");
        }
    }

    private static HistorySync inline(InboxEntry entry) throws Exception {
        byte[] payload = Message.parseFrom(entry.getMessage())
                .getProtocolMessage()
                .getHistorySyncNotification()
                .getInitialHistBootstrapInlinePayload()
                .toByteArray();
        return HistorySync.parseFrom(new InflaterInputStream(new ByteArrayInputStream(payload)));
    }

    /** Messages of a chat are taken in order: when this one is there, those before it are done with. */
    private void awaitTextOf(String phone, String text) {
        server.phone(phone).sendText(phone.equals("alice") ? bob.jid() : alice.jid(), text);
        atAlice.await(message -> message.text().equals(text));
    }

    private int rows(StoreTable table) {
        return store.transact(tx -> tx.scan(table, "", null, 100)).size();
    }

    private static Message keys() {
        return protocol(ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE)
                .setAppStateSyncKeyShare(AppStateSyncKeyShare.newBuilder()
                        .addKeys(AppStateSyncKey.newBuilder()
                                .setKeyID(AppStateSyncKeyId.newBuilder().setKeyID(ByteString.copyFromUtf8("id")))
                                .setKeyData(AppStateSyncKeyData.newBuilder()
                                        .setKeyData(ByteString.copyFromUtf8("key"))
                                        .setTimestamp(1)))));
    }

    private static Message history() {
        return protocol(ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION)
                .setHistorySyncNotification(HistorySyncNotification.newBuilder().setChunkOrder(1)));
    }

    private static Message protocol(ProtocolMessage.Builder protocol) {
        return Message.newBuilder().setProtocolMessage(protocol).build();
    }
}
