package dev.waxwing.internal.community;

import static java.util.Objects.requireNonNull;

import dev.waxwing.community.Communities;
import dev.waxwing.community.LinkResult;
import dev.waxwing.community.LinkedGroup;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.group.CachedGroups;
import dev.waxwing.internal.group.GroupAnswers;
import dev.waxwing.internal.group.GroupArguments;
import dev.waxwing.internal.group.GroupIqs;
import dev.waxwing.internal.group.GroupNodes;
import dev.waxwing.internal.group.GroupPeople;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Communities (protocol notes 08, section 2). Their notices are those of groups, and the area of groups takes them.
 */
public final class CommunityArea implements Area, Communities {

    private static final int MOST_GROUPS = 20_000;
    private static final int DONE = 200;

    private final CachedGroups groups;
    private final GroupIqs iqs;
    private final GroupPeople people;

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param groups what is known of groups
     */
    public CommunityArea(AreaContext context, CachedGroups groups) {
        this.groups = requireNonNull(groups, "groups");
        iqs = new GroupIqs(context);
        people = new GroupPeople(context, groups);
    }

    /** What the server tells of communities it tells of groups. */
    @Override
    public void register(Registrations on) {}

    @Override
    public CompletableFuture<GroupMetadata> create(String subject, String description) {
        GroupArguments.subject(subject);
        GroupArguments.description(description);
        return iqs.call(() -> {
            Node.Builder create = create(subject);
            if (!description.isEmpty()) {
                create.child(Node.builder("description")
                        .attr("id", iqs.newId())
                        .child(Node.builder("body").text(description).build())
                        .build());
            }
            create.child(Node.builder("parent")
                    .attr("default_membership_approval_mode", "request_required")
                    .build());
            return iqs.set(GroupIqs.SERVER, create.build()).thenCompose(this::made);
        });
    }

    @Override
    public CompletableFuture<GroupMetadata> createGroup(Jid community, String subject, Collection<Jid> participants) {
        Jid parent = GroupArguments.group(community, "community");
        GroupArguments.subject(subject);
        List<Jid> added = GroupArguments.people(participants, "participants", 0);
        return iqs.call(() -> {
            Node.Builder create = create(subject);
            people.nodes(added, parent).forEach(create::child);
            create.child(Node.builder("linked_parent").attr("jid", parent).build());
            return iqs.set(GroupIqs.SERVER, create.build()).thenCompose(this::made);
        });
    }

    private Node.Builder create(String subject) {
        return Node.builder("create").attr("subject", subject).attr("key", iqs.newId());
    }

    private CompletableFuture<GroupMetadata> made(Node answer) {
        Node group = answer.requireChild("group");
        return iqs.inLane(GroupNodes.id(group), () -> {
            GroupMetadata metadata = GroupNodes.metadata(group);
            groups.remember(metadata);
            return metadata;
        });
    }

    @Override
    public CompletableFuture<List<LinkResult>> linkGroups(Jid community, Collection<Jid> linked) {
        Jid parent = GroupArguments.group(community, "community");
        List<Jid> all = GroupArguments.groups(linked, "groups");
        Node.Builder link = Node.builder("link").attr("link_type", "sub_group");
        all.forEach(group -> link.child(Node.builder("group").attr("jid", group).build()));
        Node links = Node.builder("links").child(link.build()).build();
        return iqs.call(() -> iqs.set(parent, links).thenCompose(answer -> {
            List<LinkResult> results = new ArrayList<>();
            answer.requireChild("links").children("link").forEach(done -> results.addAll(results(done)));
            return changed(parent, results);
        }));
    }

    @Override
    public CompletableFuture<List<LinkResult>> unlinkGroups(
            Jid community, Collection<Jid> linked, boolean removeOrphans) {
        Jid parent = GroupArguments.group(community, "community");
        List<Jid> all = GroupArguments.groups(linked, "groups");
        Node.Builder unlink = Node.builder("unlink").attr("unlink_type", "sub_group");
        all.forEach(group -> unlink.child(Node.builder("group")
                .attr("jid", group)
                .attrIfPresent("remove_orphaned_members", removeOrphans ? "true" : null)
                .build()));
        return iqs.call(() -> iqs.set(parent, unlink.build())
                .thenCompose(answer -> changed(parent, results(answer.requireChild("unlink")))));
    }

    private static List<LinkResult> results(Node parent) {
        return groupsIn(parent).stream()
                .map(group -> new LinkResult(group.requireJid("jid"), group.intAttr("error", DONE)))
                .toList();
    }

    private static List<Node> groupsIn(Node parent) {
        List<Node> found = parent.children("group");
        if (found.size() > MOST_GROUPS) {
            throw new ProtocolViolationException("a community of " + found.size() + " groups");
        }
        return found;
    }

    /** Groups that changed hands are asked for anew; so is the community, whose members may have changed with them. */
    private CompletableFuture<List<LinkResult>> changed(Jid community, List<LinkResult> results) {
        List<CompletableFuture<Boolean>> forgotten = new ArrayList<>();
        forgotten.add(forget(community));
        results.stream().filter(LinkResult::isDone).forEach(done -> forgotten.add(forget(done.id())));
        return CompletableFuture.allOf(forgotten.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> results);
    }

    private CompletableFuture<Boolean> forget(Jid group) {
        return iqs.inLane(group, () -> {
            groups.forget(group);
            return true;
        });
    }

    @Override
    public CompletableFuture<List<LinkedGroup>> fetchLinkedGroups(Jid community) {
        Jid parent = GroupArguments.group(community, "community");
        return iqs.call(() -> iqs.get(parent, Node.builder("sub_groups").build())
                .thenApply(answer -> groupsIn(answer.requireChild("sub_groups")).stream()
                        .map(group -> new LinkedGroup(
                                GroupNodes.id(group),
                                Optional.ofNullable(group.attr("subject")).orElse(""),
                                group.child("default_sub_group") != null || group.hasAttr("default_sub_group")))
                        .toList()));
    }

    @Override
    public CompletableFuture<List<GroupParticipant>> fetchLinkedGroupsParticipants(Jid community) {
        Jid parent = GroupArguments.group(community, "community");
        Node asked = Node.builder("linked_groups_participants").build();
        return iqs.call(() -> iqs.get(parent, asked)
                .thenCompose(answer -> iqs.inLane(parent, () -> {
                    List<GroupParticipant> found =
                            GroupNodes.participants(answer.requireChild("linked_groups_participants"));
                    groups.learnPairs(found);
                    return found;
                })));
    }

    @Override
    public CompletableFuture<GroupMetadata> queryLinkedGroup(Jid community, Jid group) {
        Jid parent = GroupArguments.group(community, "community");
        Node asked = Node.builder("query_linked")
                .attr("type", "sub_group")
                .attr("jid", GroupArguments.group(group, "group"))
                .build();
        return iqs.call(() -> iqs.get(parent, asked)
                .thenApply(answer ->
                        GroupNodes.metadata(answer.requireChild("linked_group").requireChild("group"))));
    }

    @Override
    public CompletableFuture<Jid> joinLinkedGroup(Jid community, Jid group) {
        Jid parent = GroupArguments.group(community, "community");
        Jid joined = GroupArguments.group(group, "group");
        Node join = Node.builder("join_linked_group").attr("jid", joined).build();
        return iqs.call(() ->
                iqs.set(parent, join).thenCompose(answer -> forget(joined)).thenApply(forgotten -> joined));
    }

    @Override
    public CompletableFuture<List<ParticipantResult>> removeParticipants(Jid community, Collection<Jid> participants) {
        Jid parent = GroupArguments.group(community, "community");
        List<Jid> removed = GroupArguments.people(participants, "participants", 1);
        return iqs.call(() -> iqs.set(
                        parent,
                        Node.builder("remove")
                                .attr("linked_groups", "true")
                                .children(people.nodes(removed, parent))
                                .build())
                .thenCompose(answer -> forget(parent)
                        .thenApply(forgotten -> GroupAnswers.results(parent, null, answer.requireChild("remove")))));
    }

    @Override
    public CompletableFuture<Void> deactivate(Jid community) {
        Jid parent = GroupArguments.group(community, "community");
        return iqs.call(() -> iqs.set(parent, Node.builder("delete_parent").build())
                .thenCompose(answer -> forget(parent))
                .thenApply(forgotten -> null));
    }
}
