package dev.waxwing.internal.content;

import dev.waxwing.proto.e2e.Message;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that tell the server, which cannot read the content, what kind of message it carries. Values as peers
 * Baileys and whatsmeow send them; where those differ, polls are {@code poll} and events are {@code event}.
 *
 * @param type the {@code type} of the {@code <message>}
 * @param mediaType the media type attribute of the {@code <enc>}, null for none
 */
public record StanzaKind(String type, @Nullable String mediaType) {

    private static final StanzaKind TEXT = new StanzaKind("text", null);

    /**
     * The attributes for a message.
     *
     * @param message what is sent
     * @return its attributes
     */
    public static StanzaKind of(Message message) {
        if (message.hasReactionMessage() || message.hasEncReactionMessage()) {
            return new StanzaKind("reaction", null);
        }
        if (isPoll(message)) {
            return new StanzaKind("poll", null);
        }
        if (message.hasEventMessage() || message.hasEncEventResponseMessage()) {
            return new StanzaKind("event", null);
        }
        String media = mediaType(message);
        return media == null ? TEXT : new StanzaKind("media", media);
    }

    private static boolean isPoll(Message message) {
        return message.hasPollCreationMessage()
                || message.hasPollCreationMessageV2()
                || message.hasPollCreationMessageV3()
                || message.hasPollUpdateMessage();
    }

    private static @Nullable String mediaType(Message message) {
        if (message.hasImageMessage()) {
            return "image";
        }
        if (message.hasVideoMessage()) {
            return message.getVideoMessage().getGifPlayback() ? "gif" : "video";
        }
        if (message.hasPtvMessage()) {
            return "ptv";
        }
        if (message.hasAudioMessage()) {
            return message.getAudioMessage().getPTT() ? "ptt" : "audio";
        }
        if (message.hasDocumentMessage() || message.hasDocumentWithCaptionMessage()) {
            return "document";
        }
        if (message.hasStickerMessage()) {
            return "sticker";
        }
        if (message.hasContactMessage()) {
            return "vcard";
        }
        if (message.hasContactsArrayMessage()) {
            return "contact_array";
        }
        return message.hasLiveLocationMessage() ? "livelocation" : null;
    }
}
