package dev.waxwing.internal.group;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.group.GroupInvite;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.JoinRequest;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what the server answers about several people at once. */
public final class GroupAnswers {

    private static final int DONE = 200;

    private GroupAnswers() {}

    /**
     * What became of each.
     *
     * @param group the group, for invitations
     * @param inviter this account, for invitations; null if there are none
     * @param parent holds the participants
     * @return what became of each
     * @throws ProtocolViolationException if there are too many, or one is not a person
     */
    public static List<ParticipantResult> results(Jid group, @Nullable Jid inviter, Node parent) {
        List<Node> nodes = parent.children("participant");
        if (nodes.size() > GroupNodes.MOST_PARTICIPANTS) {
            throw new ProtocolViolationException("an answer about " + nodes.size() + " people");
        }
        List<ParticipantResult> results = new ArrayList<>(nodes.size());
        for (Node node : nodes) {
            GroupParticipant who = GroupNodes.participant(node);
            results.add(new ParticipantResult(
                    who.id(), who.alt(), node.intAttr("error", DONE), invite(group, inviter, node)));
        }
        return results;
    }

    private static Optional<GroupInvite> invite(Jid group, @Nullable Jid inviter, Node participant) {
        Node request = participant.child("add_request");
        String code = request == null ? null : request.attr("code");
        if (request == null || inviter == null || code == null || code.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new GroupInvite(group, code, request.timeAttr("expiration", Instant.EPOCH), inviter.person()));
    }

    /** Who waits to be let in. */
    static List<JoinRequest> joinRequests(Node answer) {
        List<Node> nodes = answer.requireChild("membership_approval_requests").children("membership_approval_request");
        if (nodes.size() > GroupNodes.MOST_PARTICIPANTS) {
            throw new ProtocolViolationException("an answer about " + nodes.size() + " people");
        }
        List<JoinRequest> requests = new ArrayList<>(nodes.size());
        for (Node node : nodes) {
            GroupParticipant who = GroupNodes.participant(node);
            String time = node.hasAttr("request_time") ? "request_time" : "requested_time";
            requests.add(new JoinRequest(
                    who.id(),
                    who.alt(),
                    Optional.ofNullable(node.attr("request_method")),
                    node.hasAttr(time) ? Optional.of(node.timeAttr(time, Instant.EPOCH)) : Optional.empty()));
        }
        return requests;
    }
}
