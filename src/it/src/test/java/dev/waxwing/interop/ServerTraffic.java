package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.util.Set;
import java.util.stream.Collectors;

/** What the server's journal tells about a conversation that both sides believe went well. */
final class ServerTraffic {
    private static final String RESTART_AFTER_PAIRING = "515";

    private ServerTraffic() {}

    /** Nothing was left unanswered, asked for again, refused or broken off. */
    static void assertSound(LoopbackServer server) {
        assertThat(server.unhandled()).as("stanzas the server did not know").isEmpty();
        assertThat(server.journal().entries(ServerTraffic::isTrouble))
                .as("retries, refusals and stream errors")
                .isEmpty();
    }

    private static boolean isTrouble(JournalEntry entry) {
        Node stanza = entry.stanza();
        return switch (stanza.tag()) {
            case "receipt" -> isRetry(entry);
            case "ack" -> stanza.hasAttr("error");
            case "stream:error" -> !RESTART_AFTER_PAIRING.equals(stanza.attr("code"));
            case "failure", "xmlstreamend" -> true;
            default -> false;
        };
    }

    /** Somebody could not decrypt a message and asks for it again. */
    static boolean isRetry(JournalEntry entry) {
        return entry.stanza().tag().equals("receipt")
                && "retry".equals(entry.stanza().attr("type"));
    }

    /**
     * Of which kinds the ciphertexts were that a device's message carried for another device: {@code pkmsg}, {@code
     * msg}.
     */
    static Set<String> ciphertextTypes(LoopbackServer server, String messageId, Jid recipient) {
        return server.journal().entries(entry -> isMessage(entry, Direction.OUT, messageId)).stream()
                .filter(entry -> entry.device().filter(recipient::equals).isPresent())
                .flatMap(entry -> entry.stanza().children("enc").stream())
                .map(enc -> enc.requireAttr("type"))
                .collect(Collectors.toSet());
    }

    static boolean isMessage(JournalEntry entry, Direction direction, String id) {
        return entry.is(direction, "message") && id.equals(entry.stanza().attr("id"));
    }
}
