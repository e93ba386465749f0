package dev.waxwing.internal.sync.appstate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.proto.e2e.AppStateSyncKeyId;
import dev.waxwing.proto.e2e.AppStateSyncKeyRequest;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.storage.MissingStateKeyEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that something is encrypted by and that the phone has not shared: it is asked for each, at most once a day
 * (as peers whatsmeow and whatsapp-rust do). What was asked is in the store.
 */
final class MissingKeys {

    static final StoreTable TABLE = StoreTable.of("state_missing_keys");

    static final Duration ASKED_AGAIN = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(MissingKeys.class);

    /** A hostile server cannot make the phone be asked for more: patches that it made up itself name keys too. */
    private static final int MOST = 100;

    private final AccountStore store;
    private final Function<Message, CompletableFuture<Void>> phone;
    private final AccountThreads threads;
    private final Clock clock;

    MissingKeys(
            AccountStore store, Function<Message, CompletableFuture<Void>> phone, AccountThreads threads, Clock clock) {
        this.store = store;
        this.phone = phone;
        this.threads = threads;
        this.clock = clock;
    }

    /** Notes keys, and asks the phone for those that are due. Not for the event loop. */
    void note(Collection<String> keyIds) {
        store.transact(tx -> {
            int known = tx.keys(TABLE, "", null, MOST).size();
            for (String keyId : keyIds) {
                if (tx.get(TABLE, keyId) == null && known++ < MOST) {
                    tx.put(
                            TABLE,
                            keyId,
                            MissingStateKeyEntry.getDefaultInstance().toByteArray());
                }
            }
            return true;
        });
        ask();
    }

    /** Asks the phone for what is due. Not for the event loop. */
    void ask() {
        List<String> due = store.transact(this::due);
        if (due.isEmpty()) {
            return;
        }
        LOG.info("The phone is asked for {} keys of the app state", due.size());
        // A transaction of its own: the server has the request before it counts as made.
        phone.apply(request(due))
                .thenRunAsync(() -> asked(due), threads.executor())
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.debug("The phone could not be asked for keys; it is after the next login", failure);
                    }
                });
    }

    private List<String> due(StoreTransaction tx) {
        for (String keyId : tx.keys(TABLE, "", null, MOST)) {
            if (AppStateKeys.find(HexFormat.of().parseHex(keyId), tx).isPresent()) {
                tx.delete(TABLE, keyId);
            }
        }
        long before = clock.instant().minus(ASKED_AGAIN).toEpochMilli();
        return tx.scanPrefix(TABLE, "", MOST).stream()
                .filter(row -> askedAt(row) <= before)
                .map(StoreEntry::key)
                .toList();
    }

    private static long askedAt(StoreEntry row) {
        try {
            return MissingStateKeyEntry.parseFrom(row.value()).getAskedAtMillis();
        } catch (InvalidProtocolBufferException e) {
            return 0;
        }
    }

    private void asked(List<String> keyIds) {
        byte[] now = MissingStateKeyEntry.newBuilder()
                .setAskedAtMillis(clock.millis())
                .build()
                .toByteArray();
        store.transact(tx -> {
            keyIds.stream().filter(keyId -> tx.get(TABLE, keyId) != null).forEach(keyId -> tx.put(TABLE, keyId, now));
            return true;
        });
    }

    private static Message request(List<String> keyIds) {
        AppStateSyncKeyRequest.Builder request = AppStateSyncKeyRequest.newBuilder();
        keyIds.forEach(keyId -> request.addKeyIDs(AppStateSyncKeyId.newBuilder()
                .setKeyID(ByteString.copyFrom(HexFormat.of().parseHex(keyId)))));
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.APP_STATE_SYNC_KEY_REQUEST)
                        .setAppStateSyncKeyRequest(request))
                .build();
    }
}
