package dev.waxwing.internal.content;

import com.google.protobuf.ByteString;
import dev.waxwing.model.Content;
import dev.waxwing.model.Jid;
import dev.waxwing.model.WebMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageContextInfo;
import java.security.SecureRandom;

/** Step 1 of sending: content as the application gave it becomes the message that is encrypted. */
public final class ContentEncoder {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;

    private ContentEncoder() {}

    /**
     * Encodes content.
     *
     * @param content what the application gave
     * @param me the author of quoted messages that this account sent
     * @return the message, with a secret
     */
    public static Message encode(Content content, Jid me) {
        Message.Builder message;
        if (content instanceof Content.Text text) {
            message = Message.newBuilder().setExtendedTextMessage(extendedText(text, me));
        } else if (content instanceof Content.Raw raw) {
            message = raw.message().toBuilder();
        } else {
            throw new IllegalStateException("no encoder for " + content.getClass());
        }
        return withSecret(message);
    }

    /** The secret lets later votes, reactions and edits of this message be encrypted; recipients store it. */
    private static Message withSecret(Message.Builder message) {
        if (!message.getMessageContextInfo().hasMessageSecret()) {
            byte[] secret = new byte[SECRET_BYTES];
            RANDOM.nextBytes(secret);
            MessageContextInfo.Builder context = message.getMessageContextInfo().toBuilder();
            message.setMessageContextInfo(context.setMessageSecret(ByteString.copyFrom(secret)));
        }
        return message.build();
    }

    private static ExtendedTextMessage extendedText(Content.Text text, Jid me) {
        ExtendedTextMessage.Builder body = ExtendedTextMessage.newBuilder().setText(text.text());
        ContextInfo.Builder context = ContextInfo.newBuilder();
        text.mentions()
                .forEach(jid -> context.addMentionedJID(jid.withoutDevice().toString()));
        text.quoted().ifPresent(quoted -> quote(context, quoted, me));
        if (context.getMentionedJIDCount() > 0 || context.hasStanzaID()) {
            body.setContextInfo(context);
        }
        return body.build();
    }

    private static void quote(ContextInfo.Builder context, WebMessage quoted, Jid me) {
        Jid author = quoted.key().fromMe() ? me.withoutDevice() : quoted.author();
        context.setStanzaID(quoted.id())
                .setParticipant(author.toString())
                .setQuotedMessage(withoutOwnContext(quoted.message()));
    }

    /** A quote of a quote would nest without end, so the inner one's context is dropped. */
    private static Message withoutOwnContext(Message message) {
        Message.Builder stripped = message.toBuilder().clearMessageContextInfo();
        if (stripped.hasExtendedTextMessage()) {
            stripped.getExtendedTextMessageBuilder().clearContextInfo();
        }
        return stripped.build();
    }
}
