package dev.waxwing.internal.message;

import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.Message;

/** What holds for this account's own devices only. */
final class OwnAccount {

    private OwnAccount() {}

    /** Whether an address is this account or one of its devices, in either form. */
    static boolean includes(Credentials own, Jid address) {
        return own.me().filter(address::sameUser).isPresent()
                || own.lid().filter(address::sameUser).isPresent();
    }

    /** What this account's other devices get: the message together with the chat it went to. */
    static Message deviceSent(Message message, Jid chat) {
        return Message.newBuilder()
                .setMessageContextInfo(message.getMessageContextInfo())
                .setDeviceSentMessage(DeviceSentMessage.newBuilder()
                        .setDestinationJID(chat.toString())
                        .setMessage(message))
                .build();
    }
}
