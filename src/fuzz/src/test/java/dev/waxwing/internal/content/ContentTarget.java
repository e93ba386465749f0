package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;

/**
 * Decrypted bytes into content, for a message of a stranger, of a group and of an own device. Refused with {@link
 * ProtocolViolationException} only; only an own device says in which other chat its message stands.
 */
public final class ContentTarget implements FuzzTarget {

    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");

    private final Envelope stranger = envelope("15557654321@s.whatsapp.net", null);
    private final Envelope inGroup = envelope(GROUP.toString(), "15557654321@s.whatsapp.net");
    private final Envelope own = envelope("15551234567@s.whatsapp.net", null);

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        Seeds.hex(List.of("proto"), "messaging-content.json").forEach(proto -> seeds.add(MessagePadding.pad(proto, 3)));
        seeds.addAll(Seeds.hex(List.of("padded"), "messaging-padding.json"));
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        for (Envelope envelope : List.of(stranger, inGroup, own)) {
            ReceivedContent content;
            try {
                content = ReceivedContent.of(envelope, input);
            } catch (ProtocolViolationException e) {
                continue;
            }
            if (!envelope.fromMe()) {
                assertThat(content.chat()).isEqualTo(envelope.chat());
            }
            assertThat(Jid.parse(content.chat().toString())).isEqualTo(content.chat());
            content.senderKeyFor(GROUP);
            content.isForListeners();
            content.isKeysOnly();
        }
    }

    private static Envelope envelope(String from, String participant) {
        Node stanza = Node.builder("message")
                .attr("id", "3EB0")
                .attr("from", from)
                .attr("t", 1_760_000_000)
                .attrIfPresent("participant", participant)
                .build();
        return Envelope.parse(stanza, Stanzas.self());
    }
}
