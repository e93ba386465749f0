package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Messages that did not decrypt, here or elsewhere, listeners that throw, and receipts; a section of
 * {@link SocketConfig}. Not thread-safe.
 */
public final class ReceivingConfig extends ConfigSection<ReceivingConfig> {

    private static final int MOST_RETRIES = 100;

    int maxRetries = 5;
    Function<MessageKey, CompletionStage<Optional<Message>>> getMessage =
            key -> CompletableFuture.completedFuture(Optional.empty());
    Duration placeholderResendDelay = Duration.ofSeconds(5);
    ListenerRetry listenerRetry = ListenerRetry.DEFAULT;
    boolean readReceipts = true;

    ReceivingConfig() {}

    /**
     * How often one message that cannot be decrypted is asked for, or sent again to one device that asks; default 5.
     *
     * @param maxRetries 1 to 100
     * @return this section
     */
    public ReceivingConfig maxRetries(int maxRetries) {
        this.maxRetries = number(maxRetries, 1, MOST_RETRIES, "maxRetries");
        return this;
    }

    /**
     * The application's own archive of sent messages, asked when another device wants a message again that the
     * account's store does not know any more. The store keeps what was sent for 7 days, so most applications need none.
     *
     * @param getMessage answers with the message as it was sent, or empty; called on the account's executor, and given
     *     up after 30 seconds. The key's {@code remoteJid} and {@code remoteJidAlt} are the person who asks: answer
     *     only with a message of that id that went to that person, or whoever learns an id could ask for its content
     * @return this section
     */
    public ReceivingConfig getMessage(Function<MessageKey, CompletionStage<Optional<Message>>> getMessage) {
        this.getMessage = requireNonNull(getMessage, "getMessage");
        return this;
    }

    /**
     * How long the sender of a message that could not be decrypted has to send it again before the account's own phone
     * is asked for it; default 5 s, as peer whatsmeow has it. What the phone has arrives like any other message, and
     * never twice. Messages older than 14 days are not asked for.
     *
     * @param placeholderResendDelay 1 ms to 7 days
     * @return this section
     */
    public ReceivingConfig placeholderResendDelay(Duration placeholderResendDelay) {
        this.placeholderResendDelay = time(placeholderResendDelay, "placeholderResendDelay");
        return this;
    }

    /**
     * What happens when a listener of messages throws. Default {@link ListenerRetry#DEFAULT}: it is called up to five
     * times, over some nine seconds.
     *
     * @param listenerRetry the policy
     * @return this section
     */
    public ReceivingConfig listenerRetry(ListenerRetry listenerRetry) {
        this.listenerRetry = requireNonNull(listenerRetry, "listenerRetry");
        return this;
    }

    /**
     * Whether authors are told that their messages were read or played; default true. With false
     * {@link Socket#readMessages} and {@link Socket#sendReceipts} tell only the account's own devices, as for an
     * account whose privacy setting is so.
     *
     * @param readReceipts true to tell them
     * @return this section
     */
    public ReceivingConfig readReceipts(boolean readReceipts) {
        this.readReceipts = readReceipts;
        return this;
    }
}
