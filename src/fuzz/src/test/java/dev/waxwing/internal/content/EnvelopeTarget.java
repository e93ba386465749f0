package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.List;

/**
 * Message stanzas into who wrote what where. Refused with {@link ProtocolViolationException} only; a stranger's message
 * is never ours, lies in no chat but its own, and every address is one that reads back.
 */
public final class EnvelopeTarget implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        return Seeds.nodes(
                "message"::equals, "messaging-receive.json", "messaging-retry-nodes.json", "acks-and-stream.json");
    }

    @Override
    public void accept(byte[] input) {
        Node stanza = Stanzas.read(input).orElse(null);
        if (stanza == null) {
            return;
        }
        Envelope envelope;
        try {
            envelope = Envelope.parse(stanza, Stanzas.self());
        } catch (ProtocolViolationException e) {
            return;
        }
        assertThat(envelope.id()).isNotEmpty().hasSizeLessThanOrEqualTo(256);
        assertThat(envelope.fromMe()).isEqualTo(Stanzas.self().includes(envelope.sender()));
        if (!envelope.fromMe() && Audience.of(envelope.from()) instanceof Audience.Person) {
            assertThat(envelope.chat()).isEqualTo(envelope.from().person());
        }
        assertThat(Jid.parse(envelope.sender().toString())).isEqualTo(envelope.sender());
        assertThat(Jid.parse(envelope.chat().toString())).isEqualTo(envelope.chat());
        // An application converts it; see L1.
        assertThat(envelope.timestamp().toEpochMilli()).isNotEqualTo(Long.MIN_VALUE);
    }
}
