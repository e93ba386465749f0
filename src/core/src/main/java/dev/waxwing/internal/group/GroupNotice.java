package dev.waxwing.internal.group;

import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupUpdate;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.SystemMessage;
import dev.waxwing.internal.area.SystemMessages;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.StubMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a notice comes to: nothing of it is done while it is read. */
final class GroupNotice {

    private final AreaContext context;
    private final CachedGroups groups;
    private final Jid group;
    private final String id;
    private final Instant time;
    private final boolean offline;
    private final @Nullable String pushName;
    private final @Nullable Jid author;
    private final List<SystemMessage> messages = new ArrayList<>();
    private final List<Runnable> changes = new ArrayList<>();
    private final List<Runnable> events = new ArrayList<>();

    /**
     * @param actor who did it, if the server says so
     */
    GroupNotice(AreaContext context, CachedGroups groups, Jid group, Node stanza, @Nullable Jid actor) {
        this.context = context;
        this.groups = groups;
        this.group = group;
        id = stanza.requireAttr("id");
        time = stanza.timeAttr("t", context.clock().instant());
        offline = stanza.hasAttr("offline");
        pushName = stanza.attr("notify");
        author = actor == null || !actor.isUser() ? null : actor.person();
        Jid alt = stanza.jid(author != null && author.isLid() ? "participant_pn" : "participant_lid");
        if (author != null && alt != null) {
            context.people().learn(author, alt);
        }
    }

    Jid group() {
        return group;
    }

    Instant time() {
        return time;
    }

    /** Who did it. */
    @Nullable
    Jid by() {
        return author;
    }

    Optional<Jid> author() {
        return Optional.ofNullable(author);
    }

    /** Does it all: the messages first, then what is remembered, and only then those are told who listen. */
    void take(SystemMessages inbox) {
        inbox.keep(messages);
        changes.forEach(Runnable::run);
        events.forEach(Runnable::run);
    }

    AreaContext context() {
        return context;
    }

    Optional<Jid> authorAlt() {
        return author == null ? Optional.empty() : context.people().counterpart(author);
    }

    boolean isThisAccount(GroupParticipant who) {
        return context.self().get().me().filter(who::isCalled).isPresent()
                || context.self().get().lid().filter(who::isCalled).isPresent();
    }

    void learn(List<GroupParticipant> told) {
        groups.learnPairs(told);
    }

    void stub(@Nullable StubType type, String... parameters) {
        if (type != null) {
            message(Message.getDefaultInstance(), new StubMessage(type, List.of(parameters)));
        }
    }

    /** The first goes by the id of the notice, as with Baileys. */
    void message(Message content, @Nullable StubMessage stub) {
        Jid me = context.self().get().lid().or(() -> context.self().get().me()).orElse(null);
        boolean fromMe = author != null
                && (context.self().get().me().filter(author::sameUser).isPresent()
                        || (me != null && author.sameUser(me)));
        MessageKey key = MessageKey.builder(group, fromMe, messages.isEmpty() ? id : id + "-" + messages.size())
                .participant(author)
                .participantAlt(authorAlt().orElse(null))
                .build();
        messages.add(new SystemMessage(key, time, pushName, offline, content, stub));
    }

    void change(Function<GroupMetadata, @Nullable GroupMetadata> change) {
        changes.add(() -> groups.change(group, change));
    }

    void remember(GroupMetadata metadata) {
        changes.add(() -> groups.remember(metadata));
    }

    void announced(ParticipantAction action, List<GroupParticipant> who) {
        changes.add(() -> groups.announced(group, action, who));
    }

    void left() {
        changes.add(() -> groups.left(group));
    }

    void forget() {
        changes.add(() -> groups.forget(group));
    }

    void publish(Runnable event) {
        events.add(event);
    }

    void update(GroupChange change, Function<GroupMetadata.Builder, GroupMetadata.Builder> known) {
        change(metadata -> known.apply(metadata.toBuilder()).build());
        updated(change);
    }

    void updated(GroupChange change) {
        publish(() -> context.events()
                .publish(GroupEvents.GROUPS_UPDATE, new GroupUpdate(group, author(), authorAlt(), time, change)));
    }
}
