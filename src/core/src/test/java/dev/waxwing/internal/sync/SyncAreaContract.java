package dev.waxwing.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.ReceivedProtocol;
import dev.waxwing.internal.area.ReceivedTransaction;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.internal.sync.appstate.AppStateKeys;
import dev.waxwing.internal.sync.appstate.KeyShares;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.AppStateSyncKeyData;
import dev.waxwing.proto.e2e.AppStateSyncKeyId;
import dev.waxwing.proto.e2e.AppStateSyncKeyShare;
import dev.waxwing.proto.e2e.HistorySyncNotification;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What linking brings is kept, in every kind of store. */
abstract class SyncAreaContract {

    private static final Jid PHONE = Jid.parse("15551234567@s.whatsapp.net");
    private static final byte[] ID = {0, 0, 0, 0, 17, 1};

    private final ReceivedHandlers received = new ReceivedHandlers();
    private AccountStore store;

    /** Opens an empty store. */
    abstract AccountStore openStore();

    @BeforeEach
    void open() {
        store = openStore();
        Area keys = new KeyShares(() -> {})::register;
        new RegisteredAreas(List.of(new SyncArea(), keys), new NoRouter(), hook -> {}, received, new ContentCodecs());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void givenKeysFromTheOwnPhone_whenShared_thenEachIsFoundByItsId() {
        receive("A", true, share(key(ID, "first", 1), key(new byte[] {1}, "second", 1)));

        assertThat(data(ID)).contains("first");
        assertThat(data(new byte[] {1})).contains("second");
        assertThat(data(new byte[] {2})).isEmpty();
    }

    @Test
    void givenAKeyThatIsKnown_whenSharedAgain_thenTheLaterOneIsKept() {
        receive("A", true, share(key(ID, "of now", 5)));

        receive("B", true, share(key(ID, "older", 4)));
        assertThat(data(ID)).contains("of now");
        receive("C", true, share(key(ID, "later", 6)));

        assertThat(data(ID)).contains("later");
    }

    @Test
    void givenAKeyWithoutDataOrWithABadId_whenShared_thenTheOthersOfTheShareAreKept() {
        receive("A", true, share(key(ID, "", 1), key(new byte[65], "x", 1), key(new byte[0], "x", 1)));
        assertThat(data(ID)).isEmpty();

        receive("B", true, share(key(new byte[65], "x", 1), key(ID, "good", 1)));

        assertThat(data(ID)).contains("good");
    }

    @Test
    void givenAStranger_whenItSharesKeysAndHistory_thenNothingIsKept() {
        receive("A", false, share(key(ID, "forged", 9)));
        receive("B", false, history(1));

        assertThat(data(ID)).isEmpty();
        assertThat(waiting()).isEmpty();
    }

    @Test
    void givenNoticesOfHistory_whenTheyCome_thenTheyWaitInTheirOrderWithTheirIds() throws Exception {
        receive("B", true, history(1));
        receive("A", true, history(2));

        List<InboxEntry> kept = waiting();
        assertThat(kept).extracting(InboxEntry::getId).containsExactly("B", "A");
        assertThat(kept.get(1).getTimestampSeconds()).isEqualTo(1_760_000_000);
        assertThat(Message.parseFrom(kept.get(1).getMessage())
                        .getProtocolMessage()
                        .getHistorySyncNotification()
                        .getChunkOrder())
                .isEqualTo(2);
    }

    @Test
    void givenMoreNoticesThanAreKept_whenTheyCome_thenTheOldestGo() {
        store.transact(tx -> {
            for (int i = 0; i < HistoryNotices.MOST + 2; i++) {
                take("N" + i, true, history(i), tx);
            }
            return true;
        });

        assertThat(waiting())
                .hasSize(HistoryNotices.MOST)
                .extracting(InboxEntry::getId)
                .startsWith("N2", "N3")
                .endsWith("N" + (HistoryNotices.MOST + 1));
    }

    @Test
    void givenATransactionThatFailsLater_whenRolledBack_thenNothingIsKept() {
        Assertions.assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> store.transact(tx -> {
                    take("A", true, share(key(ID, "first", 1)), tx);
                    take("B", true, history(1), tx);
                    throw new StoreFailedException("the ratchet could not be stored");
                }));

        assertThat(data(ID)).isEmpty();
        assertThat(waiting()).isEmpty();
    }

    private void receive(String id, boolean fromMe, ProtocolMessage message) {
        store.transact(tx -> {
            take(id, fromMe, message, tx);
            return true;
        });
    }

    private void take(String id, boolean fromMe, ProtocolMessage message, StoreTransaction tx) {
        received.take(
                new ReceivedProtocol(id, PHONE, PHONE, fromMe, Instant.ofEpochSecond(1_760_000_000), message),
                new Transaction(tx));
    }

    private Optional<String> data(byte[] id) {
        return store.transact(tx -> AppStateKeys.find(id, tx))
                .map(key -> key.getKeyData().getKeyData().toStringUtf8());
    }

    private List<InboxEntry> waiting() {
        return store.transact(HistoryNotices::waiting).stream()
                .map(SyncAreaContract::parsed)
                .toList();
    }

    private static InboxEntry parsed(StoreEntry row) {
        try {
            return InboxEntry.parseFrom(row.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static ProtocolMessage share(AppStateSyncKey... keys) {
        return ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE)
                .setAppStateSyncKeyShare(AppStateSyncKeyShare.newBuilder().addAllKeys(List.of(keys)))
                .build();
    }

    private static AppStateSyncKey key(byte[] id, String data, long timestamp) {
        return AppStateSyncKey.newBuilder()
                .setKeyID(AppStateSyncKeyId.newBuilder().setKeyID(ByteString.copyFrom(id)))
                .setKeyData(AppStateSyncKeyData.newBuilder()
                        .setKeyData(ByteString.copyFromUtf8(data))
                        .setTimestamp(timestamp))
                .build();
    }

    private static ProtocolMessage history(int chunk) {
        return ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION)
                .setHistorySyncNotification(HistorySyncNotification.newBuilder().setChunkOrder(chunk))
                .build();
    }

    private record Transaction(StoreTransaction store) implements ReceivedTransaction {
        @Override
        public void toInbox(String id, MessageOrigin origin, @Nullable InboxEntry entry) {
            throw new AssertionError("nothing is for the inbox");
        }
    }

    private static final class NoRouter implements StanzaRouter {
        @Override
        public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
            throw new AssertionError("takes no stanzas");
        }

        @Override
        public void onIq(String xmlns, String childTag, StanzaHandler handler) {
            throw new AssertionError("takes no iqs");
        }
    }
}
