package dev.waxwing.internal.pairing;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a pair-success, and what the server is told of it.
 *
 * @param success what was proven, null if it is refused
 * @param refusal why it is refused, null if it is not
 */
record Verdict(@Nullable PairSuccess success, @Nullable PairRefusal refusal) {

    static Verdict accepted(PairSuccess success) {
        return new Verdict(success, null);
    }

    static Verdict refused(PairRefusal refusal) {
        return new Verdict(null, refusal);
    }

    Node answerTo(Node iq) {
        if (success != null) {
            return answer(iq, "result")
                    .child(Node.builder("pair-device-sign")
                            .child(Node.builder("device-identity")
                                    .attr("key-index", success.keyIndex())
                                    .bytes(success.identityForServer())
                                    .build())
                            .build())
                    .build();
        }
        Node.Builder error = Node.builder("error");
        if (refusal != null) {
            error.attr("code", refusal.code()).attr("text", refusal.text());
        }
        return answer(iq, "error").child(error.build()).build();
    }

    private static Node.Builder answer(Node iq, String type) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("id", iq.requireAttr("id"));
    }
}
