package dev.waxwing.internal.content;

import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;

/** Content that can be opened once: marked in the media and wrapped, as peer Baileys sends it. */
final class ViewOnce {

    private ViewOnce() {}

    /**
     * Marks and wraps content.
     *
     * @return a new message around the content
     * @throws IllegalArgumentException if the content is no image, video or audio
     */
    static Message.Builder wrap(Message.Builder content) {
        if (content.hasImageMessage()) {
            content.getImageMessageBuilder().setViewOnce(true);
        } else if (content.hasVideoMessage()) {
            content.getVideoMessageBuilder().setViewOnce(true);
        } else if (content.hasAudioMessage()) {
            content.getAudioMessageBuilder().setViewOnce(true);
        } else {
            throw new IllegalArgumentException("content must be an image, a video or audio to be opened once");
        }
        Message.Builder wrapper = Message.newBuilder();
        if (content.hasMessageContextInfo()) {
            // It stands next to the content, not in it.
            wrapper.setMessageContextInfo(content.getMessageContextInfo());
            content.clearMessageContextInfo();
        }
        return wrapper.setViewOnceMessage(FutureProofMessage.newBuilder().setMessage(content));
    }
}
