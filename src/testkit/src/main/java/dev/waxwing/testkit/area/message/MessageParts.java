package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A client's message taken apart: what is for everybody, and what is for one device each.
 *
 * @param direct ciphertexts that stand in the message itself
 * @param addressed ciphertexts for one device each, in order
 * @param identity the sender's signed device identity, which goes with every ciphertext that begins a session
 * @param others everything else that is passed on
 */
record MessageParts(List<Node> direct, List<Addressed> addressed, Optional<Node> identity, List<Node> others) {

    private static final Set<String> NOT_PASSED_ON =
            Set.of("enc", "participants", "device-identity", "tctoken", "cstoken");

    /**
     * What is for one device.
     *
     * @param device the address as the sender wrote it
     * @param ciphertexts for it, none if only its owner is meant to be in the audience
     */
    record Addressed(Jid device, List<Node> ciphertexts) {}

    static MessageParts of(Node message) {
        List<Addressed> addressed = new ArrayList<>();
        for (Node participants : message.children("participants")) {
            for (Node to : participants.children("to")) {
                addressed.add(new Addressed(to.requireJid("jid"), to.children("enc")));
            }
        }
        return new MessageParts(
                message.children("enc"),
                addressed,
                Optional.ofNullable(message.child("device-identity")),
                message.children().stream()
                        .filter(child -> !NOT_PASSED_ON.contains(child.tag()))
                        .toList());
    }

    boolean isEmpty() {
        return direct.isEmpty() && addressed.isEmpty();
    }

    /** Whether any ciphertext was made anew for a device that could not read the first one. */
    boolean isResent() {
        return direct.stream().anyMatch(MessageParts::isCounted)
                || addressed.stream().anyMatch(to -> to.ciphertexts.stream().anyMatch(MessageParts::isCounted));
    }

    private static boolean isCounted(Node ciphertext) {
        return ciphertext.hasAttr("count");
    }

    /** What stands in the message that a device gets. */
    List<Node> content(List<Node> ciphertexts) {
        List<Node> content = new ArrayList<>(ciphertexts);
        if (ciphertexts.stream().anyMatch(enc -> "pkmsg".equals(enc.attr("type")))) {
            identity.ifPresent(content::add);
        }
        content.addAll(others);
        return content;
    }
}
