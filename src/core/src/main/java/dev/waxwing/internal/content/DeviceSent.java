package dev.waxwing.internal.content;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.Message;

/**
 * The wrapper in which this account's other devices get what one of them sent. {@link ReceivedContent} takes it off.
 */
public final class DeviceSent {

    private DeviceSent() {}

    /**
     * The message together with the chat it went to.
     *
     * @param message what was sent
     * @param chat where it went
     * @return what the other devices of this account get
     */
    public static Message wrap(Message message, Jid chat) {
        return Message.newBuilder()
                .setMessageContextInfo(message.getMessageContextInfo())
                .setDeviceSentMessage(DeviceSentMessage.newBuilder()
                        .setDestinationJID(chat.toString())
                        .setMessage(message))
                .build();
    }
}
