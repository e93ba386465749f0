package dev.waxwing.internal.content;

import dev.waxwing.model.content.CommentContent;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.CommentMessage;
import dev.waxwing.proto.e2e.Message;

/** Encodes a comment that everyone in the chat can read, with a message of its own inside. */
final class CommentEncoder {

    private CommentEncoder() {}

    static Message.Builder encode(CommentContent comment, ContentCodecs codecs, Outbound outbound) {
        Message content = comment.given()
                .map(given -> codecs.withContext(given, outbound)
                        .clearMessageContextInfo()
                        .build())
                .orElse(comment.message());
        return Message.newBuilder()
                .setCommentMessage(CommentMessage.newBuilder()
                        .setMessage(content)
                        .setTargetMessageKey(WireKeys.write(comment.target())));
    }
}
