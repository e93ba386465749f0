package dev.waxwing.internal.media;

import dev.waxwing.model.MediaReference;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;

/** Where the file of a message stands in it. */
final class MessageMedia {

    private static final int MOST_WRAPPERS = 8;

    private MessageMedia() {}

    /**
     * The file of a message.
     *
     * @throws IllegalArgumentException if it has none
     */
    static MediaReference of(WebMessage message) {
        if (message.content() instanceof MediaContent media && media.reference().isPresent()) {
            return media.reference().get();
        }
        throw new IllegalArgumentException("message " + message.id() + " has no file");
    }

    /** The same message, of which the file lies elsewhere. */
    static WebMessage moved(WebMessage message, String directPath) {
        Message.Builder changed = message.message().toBuilder();
        move(changed, directPath, MOST_WRAPPERS);
        return new WebMessage(message.key(), message.timestamp(), message.pushName(), changed.build());
    }

    private static void move(Message.Builder message, String directPath, int depth) {
        if (message.hasImageMessage()) {
            message.getImageMessageBuilder().setDirectPath(directPath).clearURL();
        } else if (message.hasVideoMessage()) {
            message.getVideoMessageBuilder().setDirectPath(directPath).clearURL();
        } else if (message.hasPtvMessage()) {
            message.getPtvMessageBuilder().setDirectPath(directPath).clearURL();
        } else if (message.hasAudioMessage()) {
            message.getAudioMessageBuilder().setDirectPath(directPath).clearURL();
        } else if (message.hasDocumentMessage()) {
            message.getDocumentMessageBuilder().setDirectPath(directPath).clearURL();
        } else if (message.hasStickerMessage()) {
            message.getStickerMessageBuilder().setDirectPath(directPath).clearURL();
        } else if (depth > 0 && message.hasDeviceSentMessage()) {
            move(message.getDeviceSentMessageBuilder().getMessageBuilder(), directPath, depth - 1);
        } else if (depth > 0) {
            MessageWrappers.fields().stream()
                    .filter(message::hasField)
                    .findFirst()
                    .ifPresent(wrapper -> move(
                            ((FutureProofMessage.Builder) message.getFieldBuilder(wrapper)).getMessageBuilder(),
                            directPath,
                            depth - 1));
        }
    }
}
