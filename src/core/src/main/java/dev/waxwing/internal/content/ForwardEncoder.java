package dev.waxwing.internal.content;

import dev.waxwing.model.ContextPlaces;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.ForwardedContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.Message;

/** Encodes a message that goes on to another chat, marked as peer Baileys marks it. */
final class ForwardEncoder {

    private ForwardEncoder() {}

    static Message.Builder encode(ForwardedContent content) {
        WebMessage original = content.original();
        Message inner = MessageWrappers.innermost(original.message());
        int score =
                ContextPlaces.of(inner).getForwardingScore() + (original.key().fromMe() ? 0 : 1);
        ContextInfo.Builder mark = ContextInfo.newBuilder();
        if (score > 0) {
            mark.setForwardingScore(score).setIsForwarded(true);
        }
        Message.Builder message = ContextWriter.contentWithoutContext(inner);
        // A kind that has no place for the mark goes on without one.
        ContextWriter.write(mark.build(), message);
        return message;
    }
}
