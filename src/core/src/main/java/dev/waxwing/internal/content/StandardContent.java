package dev.waxwing.internal.content;

import static dev.waxwing.internal.content.StanzaKind.media;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.content.CommentContent;
import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.ForwardedContent;
import dev.waxwing.proto.e2e.KeepType;
import dev.waxwing.proto.e2e.ListMessage;
import dev.waxwing.proto.e2e.Message;

/**
 * The kinds that need no area, and the stanza attributes of every kind that may come as a raw message. Values as peers
 * Baileys and whatsmeow send them; where those differ, polls are {@code poll} and events are {@code event}.
 */
final class StandardContent {

    /** Codes of the {@code edit} attribute as peers whatsmeow and whatsapp-rust send them. */
    private static final String EDIT = "1";

    private static final String PIN = "2";
    private static final String REVOKE = "7";
    private static final String REVOKE_OF_ANOTHER = "8";

    private StandardContent() {}

    static void register(ContentCodecs on) {
        on.content(ForwardedContent.class, (forwarded, outbound) -> ForwardEncoder.encode(forwarded));
        on.content(CommentContent.class, (comment, outbound) -> CommentEncoder.encode(comment, on, outbound));
        on.content(EditContent.class, (edit, outbound) -> EditEncoder.encode(edit, on, outbound));

        // Texts first: most messages are texts, and the first row that fits ends the search.
        // With a preview of a page it is media, as peers whatsmeow and whatsapp-rust have it.
        StanzaKind preview = media("url");
        on.stanza(
                Message::hasExtendedTextMessage,
                message -> message.getExtendedTextMessage().getMatchedText().isEmpty() ? StanzaKind.TEXT : preview);
        on.stanza(Message::hasConversation, StanzaKind.TEXT);
        aboutOtherMessages(on);
        polls(on);
        files(on);
        business(on);
    }

    /**
     * None of them has a placeholder at those who cannot decrypt it, save what takes a message back: the service drops
     * that if it says so (peer whatsapp-rust).
     */
    private static void aboutOtherMessages(ContentCodecs on) {
        StanzaKind edit = StanzaKind.TEXT.withEdit(EDIT).hidden();
        StanzaKind reaction = StanzaKind.of("reaction").withoutSecret().hidden();
        StanzaKind keep = StanzaKind.TEXT.withoutSecret().hidden();
        StanzaKind event = StanzaKind.of("event");
        StanzaKind label = StanzaKind.TEXT
                .withoutSecret()
                .with(Node.builder("meta")
                        .attr("tag_reason", "user_update")
                        .attr("appdata", "member_tag")
                        .build());
        on.stanza(Message::hasPinInChatMessage, StanzaKind.TEXT.withEdit(PIN).hidden());
        on.stanza(Message::hasEditedMessage, edit);
        on.stanza(Message::hasProtocolMessage, message -> switch (message.getProtocolMessage()
                .getType()) {
            case REVOKE ->
                StanzaKind.TEXT.withEdit(
                        message.getProtocolMessage().getKey().getFromMe() ? REVOKE : REVOKE_OF_ANOTHER);
            case MESSAGE_EDIT -> edit;
            case GROUP_MEMBER_LABEL_CHANGE -> label;
            default -> StanzaKind.TEXT;
        });
        on.stanza(
                Message::hasReactionMessage,
                message -> message.getReactionMessage().getText().isEmpty() ? reaction.withEdit(REVOKE) : reaction);
        on.stanza(Message::hasEncReactionMessage, reaction);
        on.stanza(Message::hasEventMessage, event.withMeta("event_type", "creation"));
        on.stanza(
                Message::hasEncEventResponseMessage,
                event.withoutSecret().hidden().withMeta("event_type", "response"));
        on.stanza(
                Message::hasKeepInChatMessage,
                message -> message.getKeepInChatMessage().getKeepType() == KeepType.UNDO_KEEP_FOR_ALL
                                && message.getKeepInChatMessage().getKey().getFromMe()
                        ? keep.withEdit(REVOKE)
                        : keep);
        on.stanza(Message::hasSecretEncryptedMessage, message -> switch (message.getSecretEncryptedMessage()
                .getSecretEncType()) {
            case MESSAGE_EDIT -> edit;
            case EVENT_EDIT -> event.withEdit(EDIT).hidden().withMeta("event_type", "edit");
            case POLL_EDIT, POLL_ADD_OPTION ->
                StanzaKind.of("poll").withoutSecret().hidden();
            default -> StanzaKind.TEXT;
        });
    }

    private static void polls(ContentCodecs on) {
        StanzaKind poll = StanzaKind.of("poll");
        StanzaKind creation = poll.withMeta("polltype", "creation");
        on.stanza(Message::hasPollCreationMessage, creation);
        on.stanza(Message::hasPollCreationMessageV2, creation);
        on.stanza(Message::hasPollCreationMessageV3, creation);
        on.stanza(Message::hasPollCreationMessageV5, creation);
        on.stanza(Message::hasPollCreationMessageV6, creation);
        on.stanza(Message::hasPollUpdateMessage, poll.withoutSecret().hidden().withMeta("polltype", "vote"));
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

    /**
     * What businesses send and what they are answered. Clients show a list or buttons only with the {@code <biz>} that
     * peer whatsmeow adds.
     */
    private static void business(ContentCodecs on) {
        on.stanza(Message::hasGroupInviteMessage, media("url"));
        on.stanza(Message::hasProductMessage, media("product"));
        on.stanza(Message::hasOrderMessage, media("order"));
        on.stanza(
                Message::hasListMessage,
                message -> media("list")
                        .with(Node.builder("biz")
                                .child(Node.builder("list")
                                        .attr("v", "2")
                                        .attr(
                                                "type",
                                                message.getListMessage().getListType()
                                                                == ListMessage.ListType.PRODUCT_LIST
                                                        ? "product_list"
                                                        : "single_select")
                                        .build())
                                .build()));
        on.stanza(Message::hasListResponseMessage, media("list_response"));
        on.stanza(
                Message::hasButtonsMessage,
                StanzaKind.TEXT.with(Node.builder("biz")
                        .child(Node.builder("buttons").build())
                        .build()));
        on.stanza(Message::hasButtonsResponseMessage, media("buttons_response"));
        on.stanza(Message::hasInteractiveResponseMessage, media("native_flow_response"));
    }
}
