package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.group.CreatedGroup;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupDescription;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupInvite;
import dev.waxwing.group.GroupMemberTagUpdate;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.Groups;
import dev.waxwing.group.JoinRequest;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.group.WhoMay;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.ReceivedProtocol;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.area.SystemMessages;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.GroupInviteMessage;
import dev.waxwing.proto.e2e.MemberLabel;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Groups: does what the application asks, keeps what is known of them right, publishes what others do there. */
public final class GroupArea implements Area, Groups {

    private static final Logger LOG = LoggerFactory.getLogger(GroupArea.class);

    private static final int LONGEST_CAPTION = 4_096;
    private static final int LONGEST_LABEL = 30;
    private static final int LARGEST_PICTURE = 1 << 20;
    private static final Jid SERVER = Jid.parse("s.whatsapp.net");

    private static final Set<Duration> EXPIRATIONS =
            Set.of(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(90));

    /** What turns a switch on, and what turns it off. */
    private static final Map<GroupSwitch, List<String>> SWITCHES = Map.of(
            GroupSwitch.ANNOUNCE, List.of("announcement", "not_announcement"),
            GroupSwitch.RESTRICT, List.of("locked", "unlocked"),
            GroupSwitch.NO_FREQUENTLY_FORWARDED, List.of("no_frequently_forwarded", "frequently_forwarded_ok"),
            GroupSwitch.ADMIN_REPORTS, List.of("allow_admin_reports", "not_allow_admin_reports"),
            GroupSwitch.GROUP_HISTORY, List.of("group_history", "no_group_history"));

    private final AreaContext context;
    private final CachedGroups groups;
    private final GroupIqs iqs;
    private final GroupPeople people;
    private final GroupNotices notices;
    private final BiFunction<Jid, Content, CompletableFuture<SentMessage>> send;

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param groups what is known of groups
     * @param inbox where messages go that no person wrote
     * @param send sends a message of this account
     */
    public GroupArea(
            AreaContext context,
            CachedGroups groups,
            SystemMessages inbox,
            BiFunction<Jid, Content, CompletableFuture<SentMessage>> send) {
        this.context = requireNonNull(context, "context");
        this.groups = requireNonNull(groups, "groups");
        this.send = requireNonNull(send, "send");
        iqs = new GroupIqs(context);
        people = new GroupPeople(context, groups);
        notices = new GroupNotices(context, groups, inbox);
        groups.listen(this::listed);
    }

    @Override
    public void register(Registrations on) {
        on.stanza("notification", "w:gp2", null, notices::told);
        on.received(ProtocolMessage.Type.GROUP_MEMBER_LABEL_CHANGE, (received, transaction) -> labelled(received));
    }

    /**
     * Takes a notice of a picture. The area of contacts registers for those of people and of groups alike.
     *
     * @param notice of a group
     * @return completes when the change is kept
     */
    public CompletionStage<Acknowledgement> pictured(Node notice) {
        return notices.pictured(notice);
    }

    /** What is known from a list, and from no notice. */
    private void listed(Jid group, ParticipantAction action, List<GroupParticipant> who) {
        LOG.info(
                "Group {}: the server names {} members otherwise than before ({}), and no notice has",
                group,
                who.size(),
                action);
        context.events()
                .publish(
                        GroupEvents.GROUP_PARTICIPANTS_UPDATE,
                        new GroupParticipantsUpdate(
                                group,
                                Optional.empty(),
                                Optional.empty(),
                                context.clock().instant().truncatedTo(ChronoUnit.SECONDS),
                                action,
                                who,
                                Optional.empty()));
    }

    private void labelled(ReceivedProtocol received) {
        if (!received.chat().isGroup()) {
            return;
        }
        MemberLabel label = received.message().getMemberLabel();
        int[] text = label.getLabel().codePoints().limit(LONGEST_LABEL).toArray();
        // Behind the transaction, which may be made again; the store must not be asked within it.
        context.threads().executor().execute(() -> {
            Jid member = context.people().canonical(received.sender().person());
            context.events()
                    .publish(
                            GroupEvents.GROUP_MEMBER_TAG_UPDATE,
                            new GroupMemberTagUpdate(
                                    received.chat(),
                                    member,
                                    context.people().counterpart(member),
                                    new String(text, 0, text.length),
                                    received.timestamp()));
        });
    }

    @Override
    public CompletableFuture<CreatedGroup> create(String subject, Collection<Jid> participants) {
        GroupArguments.subject(subject);
        List<Jid> added = GroupArguments.people(participants, "participants", 0);
        return iqs.call(() -> iqs.set(
                        GroupIqs.SERVER,
                        Node.builder("create")
                                .attr("subject", subject)
                                .attr("key", iqs.newId())
                                .children(people.nodes(added))
                                .build())
                .thenCompose(answer -> {
                    Node group = answer.requireChild("group");
                    Jid id = GroupNodes.id(group);
                    return iqs.inLane(id, () -> {
                        GroupMetadata metadata = GroupNodes.metadata(group);
                        groups.remember(metadata);
                        return new CreatedGroup(
                                metadata,
                                GroupAnswers.results(id, inviter(), group).stream()
                                        .filter(result -> !result.isDone())
                                        .toList());
                    });
                }));
    }

    @Override
    public CompletableFuture<GroupMetadata> metadata(Jid group) {
        Jid asked = GroupArguments.group(group, "group");
        return iqs.call(() -> groups.refresh(asked));
    }

    @Override
    public CompletableFuture<List<GroupMetadata>> fetchAllParticipating() {
        Node asked = Node.builder("participating")
                .child(Node.builder("participants").build())
                .child(Node.builder("description").build())
                .build();
        return iqs.call(() -> iqs.get(GroupIqs.SERVER, asked).thenCompose(answer -> {
            // From the event loop into the lanes: no notice that came later can be there before.
            List<CompletableFuture<GroupMetadata>> all = new ArrayList<>();
            for (Node group : answer.requireChild("groups").children("group")) {
                all.add(iqs.inLane(GroupNodes.id(group), () -> {
                    GroupMetadata metadata = GroupNodes.metadata(group);
                    groups.remember(metadata);
                    return metadata;
                }));
            }
            return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
        }));
    }

    @Override
    public CompletableFuture<Void> leave(Jid group) {
        Jid left = GroupArguments.group(group, "group");
        Node leave = Node.builder("leave")
                .child(Node.builder("group").attr("id", left).build())
                .build();
        return iqs.call(() -> iqs.set(GroupIqs.SERVER, leave)
                .thenCompose(answer -> iqs.inLane(left, () -> {
                    groups.left(left);
                    return null;
                })));
    }

    @Override
    public CompletableFuture<Void> updateSubject(Jid group, String subject) {
        GroupArguments.subject(subject);
        return change(group, Node.builder("subject").text(subject).build(), known -> known.subject(subject));
    }

    @Override
    public CompletableFuture<Void> updateDescription(Jid group, String description) {
        Jid changed = GroupArguments.group(group, "group");
        GroupArguments.description(description);
        return iqs.call(() -> groups.refresh(changed).thenCompose(known -> {
            String before = known.description().flatMap(GroupDescription::id).orElse(null);
            Node.Builder node = Node.builder("description").attrIfPresent("prev", before);
            String id = iqs.newId();
            if (description.isEmpty()) {
                node.attr("delete", "true");
            } else {
                node.attr("id", id).child(Node.builder("body").text(description).build());
            }
            GroupDescription now = description.isEmpty()
                    ? null
                    : new GroupDescription(
                            Optional.of(id),
                            description,
                            Optional.ofNullable(inviter()),
                            Optional.of(context.clock().instant()));
            return changeNow(changed, node.build(), builder -> builder.description(now));
        }));
    }

    @Override
    public CompletableFuture<String> updatePicture(Jid group, byte[] jpeg) {
        Jid changed = GroupArguments.group(group, "group");
        requireNonNull(jpeg, "jpeg");
        if (jpeg.length == 0 || jpeg.length > LARGEST_PICTURE) {
            throw new IllegalArgumentException(
                    "jpeg must be 1 to " + LARGEST_PICTURE + " bytes but was " + jpeg.length);
        }
        Node picture = Node.builder("picture")
                .attr("type", "image")
                .bytes(jpeg.clone())
                .build();
        return iqs.call(() -> picture(changed, picture)
                .thenApply(answer -> answer.requireChild("picture").requireAttr("id")));
    }

    @Override
    public CompletableFuture<Void> removePicture(Jid group) {
        Jid changed = GroupArguments.group(group, "group");
        return iqs.call(() -> picture(changed, null).thenApply(answer -> null));
    }

    private CompletableFuture<Node> picture(Jid group, @Nullable Node picture) {
        Node.Builder iq = Node.builder("iq")
                .attr("id", context.stream().nextId())
                .attr("type", "set")
                .attr("xmlns", "w:profile:picture")
                .attr("to", SERVER)
                .attr("target", group);
        return context.stream()
                .request(picture == null ? iq.build() : iq.child(picture).build());
    }

    @Override
    public CompletableFuture<List<ParticipantResult>> participantsUpdate(
            Jid group, Collection<Jid> participants, ParticipantAction action) {
        Jid changed = GroupArguments.group(group, "group");
        List<Jid> named = GroupArguments.people(participants, "participants", 1);
        if (requireNonNull(action, "action") == ParticipantAction.MODIFY) {
            throw new IllegalArgumentException("action must be ADD, REMOVE, PROMOTE or DEMOTE but was MODIFY");
        }
        String tag = action.name().toLowerCase(Locale.ROOT);
        return iqs.call(() -> iqs.set(
                        changed,
                        Node.builder(tag).children(people.nodes(named, changed)).build())
                .thenCompose(answer -> iqs.inLane(changed, () -> {
                    Node done = answer.requireChild(tag);
                    List<ParticipantResult> results = GroupAnswers.results(changed, inviter(), done);
                    List<GroupParticipant> members = GroupNodes.participants(done).stream()
                            .map(one -> MemberChanges.now(one, action))
                            .toList();
                    groups.learnPairs(members);
                    groups.announced(changed, action, members);
                    if (!members.isEmpty()) {
                        groups.change(changed, known -> MemberChanges.apply(known, done, members, action));
                    }
                    return results;
                })));
    }

    @Override
    public CompletableFuture<String> inviteCode(Jid group) {
        Jid asked = GroupArguments.group(group, "group");
        return iqs.call(() -> iqs.get(asked, Node.builder("invite").build()).thenApply(GroupArea::code));
    }

    @Override
    public CompletableFuture<String> revokeInvite(Jid group) {
        Jid asked = GroupArguments.group(group, "group");
        return iqs.call(() -> iqs.set(asked, Node.builder("invite").build()).thenApply(GroupArea::code));
    }

    private static String code(Node answer) {
        return answer.requireChild("invite").requireAttr("code");
    }

    @Override
    public CompletableFuture<Jid> acceptInvite(String code) {
        Node invite = Node.builder("invite")
                .attr("code", GroupArguments.code(code, "code"))
                .build();
        return iqs.call(() -> iqs.set(GroupIqs.SERVER, invite).thenApply(answer -> {
            Node group = answer.child("group");
            Jid joined = (group == null ? answer.requireChild("membership_approval_request") : group).requireJid("jid");
            if (!joined.isGroup()) {
                throw new ProtocolViolationException("an invite that leads to no group");
            }
            return joined;
        }));
    }

    @Override
    public CompletableFuture<GroupMetadata> getInviteInfo(String code) {
        Node invite = Node.builder("invite")
                .attr("code", GroupArguments.code(code, "code"))
                .build();
        return iqs.call(() -> iqs.get(GroupIqs.SERVER, invite)
                .thenApply(answer -> GroupNodes.metadata(answer.requireChild("group"))));
    }

    @Override
    public CompletableFuture<SentMessage> sendInvite(Jid to, GroupInvite invite, String caption) {
        Jid person = GroupArguments.person(to, "to");
        requireNonNull(invite, "invite");
        GroupArguments.text(caption, "caption", 0, LONGEST_CAPTION);
        return iqs.call(() -> {
            GroupInviteMessage.Builder message = GroupInviteMessage.newBuilder()
                    .setGroupJID(invite.group().toString())
                    .setInviteCode(invite.code())
                    .setInviteExpiration(invite.expiration().getEpochSecond())
                    .setCaption(caption);
            groups.known(invite.group()).ifPresent(known -> message.setGroupName(known.subject()));
            return send.apply(
                    person,
                    Content.raw(
                            Message.newBuilder().setGroupInviteMessage(message).build()));
        });
    }

    @Override
    public CompletableFuture<Jid> acceptInvite(GroupInvite invite) {
        Node accept = Node.builder("accept")
                .attr("code", requireNonNull(invite, "invite").code())
                .attr("expiration", invite.expiration().getEpochSecond())
                .attr("admin", invite.admin())
                .build();
        return iqs.call(() -> iqs.set(invite.group(), accept).thenApply(answer -> invite.group()));
    }

    @Override
    public CompletableFuture<Void> revokeInvite(Jid group, Jid invited) {
        Jid changed = GroupArguments.group(group, "group");
        Jid person = GroupArguments.person(invited, "invited");
        return iqs.call(() -> iqs.set(
                        changed,
                        Node.builder("revoke")
                                .children(people.nodes(List.of(person), changed))
                                .build())
                .thenApply(answer -> null));
    }

    @Override
    public CompletableFuture<List<JoinRequest>> requestParticipantsList(Jid group) {
        Jid asked = GroupArguments.group(group, "group");
        return iqs.call(() -> iqs.get(
                        asked, Node.builder("membership_approval_requests").build())
                .thenApply(GroupAnswers::joinRequests));
    }

    @Override
    public CompletableFuture<List<ParticipantResult>> requestParticipantsUpdate(
            Jid group, Collection<Jid> participants, boolean approve) {
        Jid changed = GroupArguments.group(group, "group");
        List<Jid> named = GroupArguments.people(participants, "participants", 1);
        String decision = approve ? "approve" : "reject";
        return iqs.call(() -> iqs.set(
                        changed,
                        Node.builder("membership_requests_action")
                                .child(Node.builder(decision)
                                        .children(people.nodes(named, changed))
                                        .build())
                                .build())
                .thenApply(answer -> GroupAnswers.results(
                        changed,
                        inviter(),
                        answer.requireChild("membership_requests_action").requireChild(decision))));
    }

    @Override
    public CompletableFuture<Void> settingUpdate(Jid group, GroupSwitch which, boolean on) {
        requireNonNull(which, "which");
        Node node;
        if (which == GroupSwitch.JOIN_APPROVAL) {
            node = Node.builder("membership_approval_mode")
                    .child(Node.builder("group_join")
                            .attr("state", on ? "on" : "off")
                            .build())
                    .build();
        } else {
            List<String> tags = SWITCHES.get(which);
            if (tags == null) {
                throw new IllegalArgumentException(
                        "which must be JOIN_APPROVAL or one of " + SWITCHES.keySet() + " but was " + which);
            }
            node = Node.builder(tags.get(on ? 0 : 1)).build();
        }
        return change(group, node, known -> known.with(which, on));
    }

    @Override
    public CompletableFuture<Void> memberMode(Jid group, GroupChange.Mode mode, WhoMay who) {
        boolean all = requireNonNull(who, "who") == WhoMay.ALL_MEMBERS;
        return switch (requireNonNull(mode, "mode")) {
            case ADD ->
                change(
                        group,
                        Node.builder("member_add_mode")
                                .text(all ? "all_member_add" : "admin_add")
                                .build(),
                        known -> known.memberAddMode(who));
            case LINK ->
                change(
                        group,
                        Node.builder("member_link_mode")
                                .text(all ? "all_member_link" : "admin_link")
                                .build(),
                        known -> known.memberLinkMode(who));
            case HISTORY ->
                change(
                        group,
                        Node.builder("member_share_group_history_mode")
                                .text(all ? "all_member_share" : "admin_share")
                                .build(),
                        known -> known.memberHistoryMode(who));
        };
    }

    @Override
    public CompletableFuture<Void> toggleEphemeral(Jid group, Duration expiration) {
        if (!EXPIRATIONS.contains(requireNonNull(expiration, "expiration"))) {
            throw new IllegalArgumentException(
                    "expiration must be 0, 24 hours, 7 days or 90 days but was " + expiration);
        }
        Node node = expiration.isZero()
                ? Node.builder("not_ephemeral").build()
                : Node.builder("ephemeral")
                        .attr("expiration", expiration.toSeconds())
                        .build();
        return change(group, node, known -> known.ephemeralDuration(expiration.isZero() ? null : expiration));
    }

    @Override
    public CompletableFuture<SentMessage> updateMemberLabel(Jid group, String label) {
        Jid to = GroupArguments.group(group, "group");
        GroupArguments.text(label, "label", 0, LONGEST_LABEL);
        return iqs.call(() -> send.apply(
                to,
                Content.raw(Message.newBuilder()
                        .setProtocolMessage(ProtocolMessage.newBuilder()
                                .setType(ProtocolMessage.Type.GROUP_MEMBER_LABEL_CHANGE)
                                .setMemberLabel(MemberLabel.newBuilder()
                                        .setLabel(label)
                                        .setLabelTimestamp(
                                                context.clock().instant().getEpochSecond())))
                        .build())));
    }

    @Override
    public Optional<GroupInvite> inviteOf(WebMessage message) {
        GroupInviteMessage invite = requireNonNull(message, "message").message().getGroupInviteMessage();
        try {
            return invite.getInviteCode().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new GroupInvite(
                            Jid.parse(invite.getGroupJID()),
                            invite.getInviteCode(),
                            Instant.ofEpochSecond(invite.getInviteExpiration()),
                            message.author()));
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.debug("Message {} has an invitation that is none", message.id(), e);
            return Optional.empty();
        }
    }

    private CompletableFuture<Void> change(
            Jid group, Node node, Function<GroupMetadata.Builder, GroupMetadata.Builder> now) {
        Jid changed = GroupArguments.group(group, "group");
        return iqs.call(() -> changeNow(changed, node, now));
    }

    /** The server does not tell the device that acted for certain, so what is known changes with the answer. */
    private CompletionStage<Void> changeNow(
            Jid group, Node node, Function<GroupMetadata.Builder, GroupMetadata.Builder> now) {
        return iqs.set(group, node)
                .thenCompose(answer -> iqs.inLane(group, () -> {
                    groups.change(group, known -> now.apply(known.toBuilder()).build());
                    return null;
                }));
    }

    private @Nullable Jid inviter() {
        return context.self().get().lid().or(() -> context.self().get().me()).orElse(null);
    }
}
