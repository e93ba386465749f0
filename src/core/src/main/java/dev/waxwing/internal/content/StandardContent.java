package dev.waxwing.internal.content;

import static dev.waxwing.internal.content.StanzaKind.media;

import dev.waxwing.model.content.ForwardedContent;
import dev.waxwing.model.content.RawContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.Message;

/**
 * The kinds that need no area, and the stanza attributes of every kind that may come as a raw message. Values as peers Baileys and
 * whatsmeow send them; where those differ, polls are {@code poll} and events are {@code event}.
 */
final class StandardContent {

    private StandardContent() {}

    static void register(ContentCodecs on) {
        on.content(
                TextContent.class,
                text -> Message.newBuilder()
                        .setExtendedTextMessage(ExtendedTextMessage.newBuilder().setText(text.text())));
        on.content(RawContent.class, raw -> raw.message().toBuilder());
        on.content(ForwardedContent.class, ForwardEncoder::encode);

        // Texts first: most messages are texts, and the first row that fits ends the search.
        on.stanza(Message::hasExtendedTextMessage, StanzaKind.TEXT);
        on.stanza(Message::hasConversation, StanzaKind.TEXT);
        aboutOtherMessages(on);
        polls(on);
        files(on);
    }

    private static void aboutOtherMessages(ContentCodecs on) {
        StanzaKind reaction = StanzaKind.of("reaction").withoutSecret();
        StanzaKind event = StanzaKind.of("event");
        on.stanza(Message::hasReactionMessage, reaction);
        on.stanza(Message::hasEncReactionMessage, reaction);
        on.stanza(Message::hasEventMessage, event);
        on.stanza(Message::hasEncEventResponseMessage, event.withoutSecret());
        on.stanza(Message::hasKeepInChatMessage, StanzaKind.TEXT.withoutSecret());
    }

    private static void polls(ContentCodecs on) {
        StanzaKind poll = StanzaKind.of("poll");
        on.stanza(Message::hasPollCreationMessage, poll);
        on.stanza(Message::hasPollCreationMessageV2, poll);
        on.stanza(Message::hasPollCreationMessageV3, poll);
        on.stanza(Message::hasPollUpdateMessage, poll.withoutSecret());
    }

    private static void files(ContentCodecs on) {
        on.stanza(Message::hasImageMessage, media("image"));
        on.stanza(
                Message::hasVideoMessage,
                message -> media(message.getVideoMessage().getGifPlayback() ? "gif" : "video"));
        on.stanza(Message::hasPtvMessage, media("ptv"));
        on.stanza(
                Message::hasAudioMessage,
                message -> media(message.getAudioMessage().getPTT() ? "ptt" : "audio"));
        on.stanza(Message::hasDocumentMessage, media("document"));
        on.stanza(Message::hasDocumentWithCaptionMessage, media("document"));
        on.stanza(Message::hasStickerMessage, media("sticker"));
        on.stanza(Message::hasContactMessage, media("vcard"));
        on.stanza(Message::hasContactsArrayMessage, media("contact_array"));
        on.stanza(Message::hasLiveLocationMessage, media("livelocation"));
    }
}
