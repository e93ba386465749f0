package dev.waxwing.internal.content;

import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;

/** Encodes an edit, bare as peer Baileys sends it: some clients read only that, and all read it. */
final class EditEncoder {

    private EditEncoder() {}

    static Message.Builder encode(EditContent edit, ContentCodecs codecs, Outbound outbound) {
        Message content = edit.replacement()
                .map(replacement -> codecs.withContext(replacement, outbound)
                        .clearMessageContextInfo()
                        .build())
                .orElse(edit.message());
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setKey(WireKeys.write(edit.target()))
                        .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                        .setEditedMessage(content)
                        .setTimestampMS(outbound.now().toEpochMilli()));
    }
}
