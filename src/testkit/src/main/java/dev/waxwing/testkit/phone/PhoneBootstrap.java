package dev.waxwing.testkit.phone;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.AppStateSyncKeyData;
import dev.waxwing.proto.e2e.AppStateSyncKeyFingerprint;
import dev.waxwing.proto.e2e.AppStateSyncKeyId;
import dev.waxwing.proto.e2e.AppStateSyncKeyShare;
import dev.waxwing.proto.e2e.HistorySyncNotification;
import dev.waxwing.proto.e2e.HistorySyncType;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.historysync.Conversation;
import dev.waxwing.proto.historysync.HistorySync;
import dev.waxwing.proto.historysync.HistorySyncMsg;
import dev.waxwing.proto.historysync.PhoneNumberToLIDMapping;
import dev.waxwing.proto.historysync.Pushname;
import dev.waxwing.proto.web.WebMessageInfo;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/** What a phone sends a new companion: a key for the app state, the first history, and its push name. */
final class PhoneBootstrap {

    private static final int KEY_ID_BYTES = 6;
    private static final int KEY_BYTES = 32;
    private static final int ALL = 100;

    private PhoneBootstrap() {}

    /** A key of the app state. */
    static AppStateSyncKey newKey(Account account, SeededRandom random, long seconds) {
        return AppStateSyncKey.newBuilder()
                .setKeyID(AppStateSyncKeyId.newBuilder().setKeyID(ByteString.copyFrom(random.bytes(KEY_ID_BYTES))))
                .setKeyData(AppStateSyncKeyData.newBuilder()
                        .setKeyData(ByteString.copyFrom(random.bytes(KEY_BYTES)))
                        .setFingerprint(AppStateSyncKeyFingerprint.newBuilder()
                                .setRawID(account.rawId())
                                .setCurrentIndex(0)
                                .addDeviceIndexes(0))
                        .setTimestamp(seconds * 1_000))
                .build();
    }

    static Message keyShare(List<AppStateSyncKey> keys) {
        return protocol(ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE)
                .setAppStateSyncKeyShare(AppStateSyncKeyShare.newBuilder().addAllKeys(keys)));
    }

    /**
     * The chats with what the phone has of them.
     *
     * @param messages oldest first
     * @param lids of the people there, by phone number, the own one among them
     */
    static Message history(List<PhoneMessage> messages, Map<Jid, Jid> lids) {
        HistorySync.Builder history = HistorySync.newBuilder()
                .setSyncType(HistorySync.HistorySyncType.INITIAL_BOOTSTRAP)
                .setChunkOrder(1)
                .setProgress(ALL);
        Map<Jid, Conversation.Builder> chats = new LinkedHashMap<>();
        for (PhoneMessage message : messages) {
            Conversation.Builder chat = chats.computeIfAbsent(
                    message.chat(), jid -> Conversation.newBuilder().setID(jid.toString()));
            long seconds = message.timestamp().getEpochSecond();
            chat.addMessages(HistorySyncMsg.newBuilder()
                            .setMessage(info(message))
                            .setMsgOrderID(chat.getMessagesCount() + 1L))
                    .setLastMsgTimestamp(seconds)
                    .setConversationTimestamp(seconds);
        }
        chats.values().forEach(history::addConversations);
        lids.forEach((number, lid) -> history.addPhoneNumberToLidMappings(
                PhoneNumberToLIDMapping.newBuilder().setPnJID(number.toString()).setLidJID(lid.toString())));
        return notice(HistorySyncType.INITIAL_BOOTSTRAP, history.build());
    }

    private static WebMessageInfo info(PhoneMessage message) {
        MessageKey.Builder key = MessageKey.newBuilder()
                .setRemoteJID(message.chat().toString())
                .setFromMe(message.fromMe())
                .setID(message.id());
        if (message.chat().isGroup()) {
            key.setParticipant(message.author().toString());
        }
        return WebMessageInfo.newBuilder()
                .setKey(key)
                .setMessage(message.content())
                .setMessageTimestamp(message.timestamp().getEpochSecond())
                .build();
    }

    static Message pushName(Jid own, String name) {
        return notice(
                HistorySyncType.PUSH_NAME,
                HistorySync.newBuilder()
                        .setSyncType(HistorySync.HistorySyncType.PUSH_NAME)
                        .setChunkOrder(1)
                        .setProgress(ALL)
                        .addPushnames(
                                Pushname.newBuilder().setID(own.toString()).setPushname(name))
                        .build());
    }

    private static Message notice(HistorySyncType type, HistorySync history) {
        byte[] payload = deflated(history.toByteArray());
        return protocol(ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION)
                .setHistorySyncNotification(HistorySyncNotification.newBuilder()
                        .setSyncType(type)
                        .setChunkOrder(history.getChunkOrder())
                        .setProgress(history.getProgress())
                        .setFileLength(payload.length)
                        .setFileSHA256(ByteString.copyFrom(Digests.sha256(payload)))
                        .setInitialHistBootstrapInlinePayload(ByteString.copyFrom(payload))));
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        while (!deflater.finished()) {
            out.write(chunk, 0, deflater.deflate(chunk));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static Message protocol(ProtocolMessage.Builder protocol) {
        return Message.newBuilder().setProtocolMessage(protocol).build();
    }
}
