package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Asks the server who is in a group, once for all who want to know, and remembers the answer. */
public final class GroupQueries implements GroupRoster {

    private static final int MOST_MEMBERS = 10_000;

    private final StanzaStream stream;
    private final LidMappings lids;
    private final Executor executor;
    private final Map<Jid, CompletableFuture<GroupParticipants>> known = new ConcurrentHashMap<>();

    /**
     * Creates one for an account.
     *
     * @param stream where to ask
     * @param lids learns the pairs of addresses that answers name
     * @param executor runs what waits for answers; may block on the store
     */
    public GroupQueries(StanzaStream stream, LidMappings lids, Executor executor) {
        this.stream = requireNonNull(stream, "stream");
        this.lids = requireNonNull(lids, "lids");
        this.executor = requireNonNull(executor, "executor");
    }

    @Override
    public CompletableFuture<GroupParticipants> participants(Jid group) {
        CompletableFuture<GroupParticipants> mine = new CompletableFuture<>();
        CompletableFuture<GroupParticipants> others = known.putIfAbsent(group, mine);
        if (others != null) {
            return others.copy();
        }
        stream.request(query(group))
                .thenApplyAsync(answer -> parse(group, answer), executor)
                .whenComplete((parsed, failure) -> {
                    if (failure == null) {
                        mine.complete(parsed);
                    } else {
                        known.remove(group, mine);
                        mine.completeExceptionally(failure);
                    }
                });
        return mine.copy();
    }

    @Override
    public void forget(Jid group) {
        known.remove(group);
    }

    private Node query(Jid group) {
        return Node.builder("iq")
                .attr("id", stream.nextId())
                .attr("type", "get")
                .attr("xmlns", "w:g2")
                .attr("to", group)
                .child(Node.builder("query").attr("request", "interactive").build())
                .build();
    }

    private GroupParticipants parse(Jid group, Node answer) {
        Node node = answer.requireChild("group");
        List<Node> participants = node.children("participant");
        if (participants.size() > MOST_MEMBERS) {
            throw new ProtocolViolationException("a group of " + participants.size() + " people");
        }
        List<Jid> members = new ArrayList<>(participants.size());
        for (Node participant : participants) {
            if (participant.hasAttr("error")) {
                continue;
            }
            Jid member = participant.requireJid("jid").person();
            members.add(member);
            Jid other = participant.jid(member.isLid() ? "phone_number" : "lid");
            if (other != null) {
                lids.learn(member, other);
            }
        }
        Node ephemeral = node.child("ephemeral");
        int seconds = ephemeral == null ? 0 : ephemeral.intAttr("expiration", 0);
        return new GroupParticipants(
                group,
                !"pn".equals(node.attr("addressing_mode")),
                members,
                seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty());
    }
}
