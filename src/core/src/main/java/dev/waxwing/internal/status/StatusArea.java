package dev.waxwing.internal.status;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.StatusSetting;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.status.Status;
import dev.waxwing.status.StatusPrivacy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Status posts: chooses whom they are for, and sends what concerns them. */
public final class StatusArea implements Area, Status {

    private static final Logger LOG = LoggerFactory.getLogger(StatusArea.class);

    private static final int NOT_SET = 404;

    private final AreaContext context;
    private final LidMappings people;
    private final Executor executor;
    private final Sender sender;
    private final BiConsumer<Jid, Content> sendable;
    private final Function<Collection<Jid>, ? extends CompletionStage<?>> learnPairs;

    /** Sends a message of this account. */
    @FunctionalInterface
    public interface Sender {

        /**
         * Sends a message.
         *
         * @param to the chat
         * @param content what to send
         * @param recipients whom it is for, where the chat does not say it
         * @return the message on its way
         * @throws IllegalArgumentException if it cannot be sent
         */
        CompletableFuture<SentMessage> send(Jid to, Content content, Recipients recipients);
    }

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param sender sends messages
     * @param sendable refuses content for a chat, with nothing sent
     * @param learnPairs asks the server for people, so that both forms of their addresses are known
     */
    public StatusArea(
            AreaContext context,
            Sender sender,
            BiConsumer<Jid, Content> sendable,
            Function<Collection<Jid>, ? extends CompletionStage<?>> learnPairs) {
        this.context = requireNonNull(context, "context");
        this.people = context.people();
        this.executor = context.threads().executor();
        this.sender = requireNonNull(sender, "sender");
        this.sendable = requireNonNull(sendable, "sendable");
        this.learnPairs = requireNonNull(learnPairs, "learnPairs");
    }

    /** Posts are messages, and views are receipts: what the server brings of both others take. */
    @Override
    public void register(Registrations on) {}

    @Override
    public CompletableFuture<StatusPrivacy> privacy() {
        return context.threads().handOut(askPrivacy());
    }

    private CompletableFuture<StatusPrivacy> askPrivacy() {
        return context.stream()
                .request(Node.builder("iq")
                        .attr("to", Jid.SERVER)
                        .attr("type", "get")
                        .attr("xmlns", "status")
                        .child(Node.builder("privacy").build())
                        .build())
                .thenApply(StatusPrivacyAnswer::of)
                .exceptionallyCompose(failure -> {
                    boolean isNotSet = Failures.unwrap(failure) instanceof ServerRefusedException refused
                            && refused.code() == NOT_SET;
                    return isNotSet
                            ? CompletableFuture.completedFuture(StatusPrivacyAnswer.DEFAULT)
                            : CompletableFuture.failedFuture(Failures.unwrap(failure));
                });
    }

    @Override
    public CompletableFuture<SentMessage> post(Content content, Collection<Jid> audience) {
        requireNonNull(content, "content");
        List<Jid> viewers = StatusArguments.people(audience, "people");
        if (viewers.isEmpty()) {
            throw new IllegalArgumentException("people must not be empty");
        }
        return handOut(send(content, new Recipients(viewers, StatusSetting.CONTACTS)));
    }

    @Override
    public CompletableFuture<SentMessage> postToContacts(Content content, Collection<Jid> contacts) {
        requireNonNull(content, "content");
        List<Jid> known = StatusArguments.people(contacts, "contacts");
        sendable.accept(Jid.STATUS_BROADCAST, content);
        return handOut(askPrivacy()
                .thenComposeAsync(privacy -> audience(privacy, known), executor)
                .thenComposeAsync(recipients -> send(content, recipients), executor));
    }

    private CompletionStage<Recipients> audience(StatusPrivacy privacy, List<Jid> contacts) {
        return switch (privacy.setting()) {
            case CONTACTS -> chosen(contacts, StatusSetting.CONTACTS);
            case ALLOW_LIST -> chosen(privacy.people(), StatusSetting.ALLOW_LIST);
            case DENY_LIST -> {
                Set<Jid> both = new LinkedHashSet<>(contacts);
                both.addAll(privacy.people());
                yield learnPairs
                        .apply(both)
                        .thenComposeAsync(
                                learned -> chosen(
                                        new DenyList(privacy.people(), people).without(contacts),
                                        StatusSetting.DENY_LIST),
                                executor);
            }
        };
    }

    private static CompletionStage<Recipients> chosen(List<Jid> viewers, StatusSetting setting) {
        if (viewers.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException("nobody may see the status: the setting is "
                    + setting + ", and no contact that was named fits it"));
        }
        LOG.debug("A status goes to {} people by the setting {}", viewers.size(), setting);
        return CompletableFuture.completedFuture(new Recipients(viewers, setting));
    }

    @Override
    public CompletableFuture<SentMessage> revoke(MessageKey status) {
        StatusArguments.requireStatus(status, true);
        return handOut(send(Content.delete(status), Recipients.NONE));
    }

    @Override
    public CompletableFuture<SentMessage> react(MessageKey status, String emoji) {
        StatusArguments.requireStatus(status, false);
        Content reaction =
                requireNonNull(emoji, "emoji").isEmpty() ? Content.unreact(status) : Content.react(status, emoji);
        return handOut(send(reaction, Recipients.NONE));
    }

    @Override
    public CompletableFuture<SentMessage> reply(WebMessage status, Content content) {
        StatusArguments.requireStatus(requireNonNull(status, "status").key(), false);
        requireNonNull(content, "content");
        return handOut(sender.send(status.author(), content.quoting(status), Recipients.NONE));
    }

    private CompletableFuture<SentMessage> send(Content content, Recipients recipients) {
        return sender.send(Jid.STATUS_BROADCAST, content, recipients);
    }

    private CompletableFuture<SentMessage> handOut(CompletableFuture<SentMessage> sent) {
        return context.threads().handOut(sent);
    }
}
