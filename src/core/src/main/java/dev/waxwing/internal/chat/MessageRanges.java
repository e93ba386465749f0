package dev.waxwing.internal.chat;

import dev.waxwing.chat.LastMessages;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.syncaction.SyncActionMessage;
import dev.waxwing.proto.syncaction.SyncActionMessageRange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ranges of messages as actions carry them; times in seconds. */
final class MessageRanges {

    private static final int MOST = 1_000;

    private MessageRanges() {}

    static SyncActionMessageRange toWire(LastMessages last) {
        SyncActionMessageRange.Builder range = SyncActionMessageRange.newBuilder();
        last.lastMessage().ifPresent(at -> range.setLastMessageTimestamp(at.getEpochSecond()));
        last.lastSystemMessage().ifPresent(at -> range.setLastSystemMessageTimestamp(at.getEpochSecond()));
        last.messages()
                .forEach(message -> range.addMessages(SyncActionMessage.newBuilder()
                        .setKey(toWire(message.key()))
                        .setTimestamp(message.timestamp().getEpochSecond())));
        return range.build();
    }

    private static dev.waxwing.proto.common.MessageKey toWire(MessageKey key) {
        dev.waxwing.proto.common.MessageKey.Builder wire = dev.waxwing.proto.common.MessageKey.newBuilder()
                .setRemoteJID(key.remoteJid().toString())
                .setFromMe(key.fromMe())
                .setID(key.id());
        key.participant()
                .ifPresent(author -> wire.setParticipant(author.person().toString()));
        return wire.build();
    }

    static LastMessages fromWire(SyncActionMessageRange range) {
        List<LastMessages.Message> messages = range.getMessagesList().stream()
                .limit(MOST)
                .map(MessageRanges::message)
                .flatMap(Optional::stream)
                .toList();
        return new LastMessages(
                messages,
                range.hasLastMessageTimestamp() ? Optional.of(at(range.getLastMessageTimestamp())) : Optional.empty(),
                range.hasLastSystemMessageTimestamp()
                        ? Optional.of(at(range.getLastSystemMessageTimestamp()))
                        : Optional.empty());
    }

    private static Optional<LastMessages.Message> message(SyncActionMessage message) {
        return key(
                        message.getKey().getRemoteJID(),
                        message.getKey().getID(),
                        message.getKey().getFromMe(),
                        message.getKey().getParticipant())
                .map(key -> new LastMessages.Message(key, at(message.getTimestamp())));
    }

    /** A message as an action names it, if it names one. */
    static Optional<MessageKey> key(String chat, String id, boolean fromMe, String author) {
        return jid(chat)
                .filter(known -> !id.isEmpty())
                .map(known -> MessageKey.builder(known, fromMe, id)
                        .participant(known.isGroup() ? jid(author).orElse(null) : null)
                        .build());
    }

    /** An address that an own device wrote; what is none counts as not there. */
    static Optional<Jid> jid(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Jid.parse(text))
                    .filter(jid -> !jid.user().isEmpty())
                    .map(jid -> jid.isUser() ? jid.person() : jid);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Some write milliseconds; what no calendar has is the beginning of time. */
    static Instant at(long seconds) {
        return seconds < 0 || seconds > Instant.MAX.getEpochSecond() ? Instant.EPOCH : Instant.ofEpochSecond(seconds);
    }
}
