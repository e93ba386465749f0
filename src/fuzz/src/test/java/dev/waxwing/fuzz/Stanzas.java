package dev.waxwing.fuzz;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.model.Jid;
import java.util.Optional;

/** Inputs that are frames, for the targets that read what stands in the node, and whose device reads them. */
public final class Stanzas {

    private static final Credentials OWN = Credentials.create().toBuilder()
            .me(Jid.parse("15551234567:23@s.whatsapp.net"))
            .lid(Jid.parse("100000000000009:23@lid"))
            .build();

    private Stanzas() {}

    /** The node of a frame; nothing if it is refused as one, which is the target {@code nodes}' business. */
    public static Optional<Node> read(byte[] frame) {
        try {
            return Optional.of(NodeBytes.read(frame));
        } catch (ProtocolViolationException e) {
            return Optional.empty();
        }
    }

    /** Who the linked device is. */
    public static Self self() {
        return new Self(OWN.me(), OWN.lid(), OWN.pushName());
    }

    /** A linked device. */
    public static Credentials own() {
        return OWN;
    }
}
