package dev.waxwing.internal.privacy;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.privacy.NewChatMessageCap;
import dev.waxwing.privacy.Privacy;
import dev.waxwing.privacy.PrivacyCategory;
import dev.waxwing.privacy.PrivacyEvents;
import dev.waxwing.privacy.PrivacyUpdate;
import dev.waxwing.privacy.PrivacyValue;
import dev.waxwing.privacy.ReachoutTimelock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Privacy (protocol notes 08, section 7). The server keeps all of it. */
public final class PrivacyArea implements Area, Privacy {

    private final AreaContext context;
    private final BlockList blockList;
    private final Restrictions restrictions;

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param learnPairs asks the server for people, so that both forms of their addresses are known
     */
    public PrivacyArea(AreaContext context, Function<Collection<Jid>, ? extends CompletionStage<?>> learnPairs) {
        this.context = requireNonNull(context, "context");
        blockList = new BlockList(context, learnPairs);
        restrictions = new Restrictions(context);
    }

    @Override
    public void register(Registrations on) {
        on.stanza(
                "notification",
                "account_sync",
                "blocklist",
                notice -> blockList.told(notice.requireChild("blocklist")));
        on.stanza("notification", "account_sync", "privacy", notice -> changed(notice.requireChild("privacy")));
        on.stanza("notification", "mex", "update", restrictions::told);
    }

    private CompletionStage<Acknowledgement> changed(Node privacy) {
        Map<PrivacyCategory, PrivacyValue> settings = settings(privacy);
        if (!settings.isEmpty()) {
            context.events().publish(PrivacyEvents.PRIVACY_UPDATE, new PrivacyUpdate(settings));
        }
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    @Override
    public CompletableFuture<Map<PrivacyCategory, PrivacyValue>> fetchPrivacySettings() {
        Node asked = Node.builder("privacy").build();
        return handOut(context.stream()
                .request(iq("get", "privacy").child(asked).build())
                .thenApply(answer -> Collections.unmodifiableMap(settings(answer.requireChild("privacy")))));
    }

    private static Map<PrivacyCategory, PrivacyValue> settings(Node privacy) {
        Map<PrivacyCategory, PrivacyValue> settings = new EnumMap<>(PrivacyCategory.class);
        for (Node told : privacy.children("category")) {
            for (PrivacyCategory category : PrivacyCategory.values()) {
                if (category.wireName().equals(told.attr("name"))) {
                    Arrays.stream(PrivacyValue.values())
                            .filter(value -> value.wireName().equals(told.attr("value")))
                            .forEach(value -> settings.put(category, value));
                }
            }
        }
        return settings;
    }

    @Override
    public CompletableFuture<Void> updatePrivacy(PrivacyCategory category, PrivacyValue value) {
        PrivacyArguments.requireSettable(category, value);
        return set(category, value, List.of());
    }

    @Override
    public CompletableFuture<Void> updateExceptions(
            PrivacyCategory category, Collection<Jid> added, Collection<Jid> removed) {
        PrivacyArguments.requireExceptions(category);
        List<Jid> more = PrivacyArguments.exceptions(added, "added");
        List<Jid> fewer = PrivacyArguments.exceptions(removed, "removed");
        if (!Collections.disjoint(more, fewer)) {
            throw new IllegalArgumentException("added and removed must not name the same person");
        }
        return handOut(context.threads()
                .work()
                .submit(PrivacyArea.class, () -> {
                    List<Node> users = new ArrayList<>();
                    more.forEach(person -> users.add(exception(person, "add")));
                    fewer.forEach(person -> users.add(exception(person, "remove")));
                    return users;
                })
                .thenCompose(users -> set(category, PrivacyValue.CONTACTS_EXCEPT, users)));
    }

    /** By LID with the number beside it, where both are known (protocol notes 08, section 7). */
    private Node exception(Jid person, String action) {
        Jid jid = context.people().canonical(person);
        return Node.builder("user")
                .attr("jid", jid)
                .attrIfPresent(
                        "pn_jid",
                        jid.isLid() ? context.people().counterpart(jid).orElse(null) : null)
                .attr("action", action)
                .build();
    }

    private CompletableFuture<Void> set(PrivacyCategory category, PrivacyValue value, List<Node> users) {
        Node.Builder changed =
                Node.builder("category").attr("name", category.wireName()).attr("value", value.wireName());
        users.forEach(changed::child);
        Node privacy = Node.builder("privacy").child(changed.build()).build();
        return handOut(context.stream()
                .request(iq("set", "privacy").child(privacy).build())
                .thenAccept(answer -> {}));
    }

    @Override
    public CompletableFuture<Void> updateDefaultDisappearingMode(Duration duration) {
        Node mode = Node.builder("disappearing_mode")
                .attr("duration", PrivacyArguments.seconds(duration))
                .build();
        return handOut(context.stream()
                .request(iq("set", "disappearing_mode").child(mode).build())
                .thenAccept(answer -> {}));
    }

    @Override
    public CompletableFuture<List<Jid>> fetchBlocklist() {
        return handOut(blockList.fetch());
    }

    @Override
    public CompletableFuture<Void> block(Jid person) {
        return handOut(blockList.block(PrivacyArguments.person(person)));
    }

    @Override
    public CompletableFuture<Void> unblock(Jid person) {
        return handOut(blockList.unblock(PrivacyArguments.person(person)));
    }

    @Override
    public CompletableFuture<ReachoutTimelock> fetchAccountReachoutTimelock() {
        return handOut(restrictions.timelock());
    }

    @Override
    public CompletableFuture<NewChatMessageCap> fetchNewChatMessageCap() {
        return handOut(restrictions.cap());
    }

    private static Node.Builder iq(String type, String xmlns) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("xmlns", xmlns);
    }

    private <T extends @Nullable Object> CompletableFuture<T> handOut(CompletableFuture<T> future) {
        return context.threads().handOut(future);
    }
}
