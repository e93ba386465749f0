package dev.waxwing.internal.signal;

import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The hash by which a client and the server compare their views of a chat's devices. Form of peers whatsmeow and
 * whatsapp-rust; what the server says is opaque, to be compared for equality only.
 */
public final class ParticipantHash {

    private static final int HASH_BYTES = 6;

    private ParticipantHash() {}

    /**
     * Hashes a list of devices; their order does not matter.
     *
     * @param devices with device numbers, all in one form of address
     * @return {@code 2:} and 8 characters of standard Base64
     */
    public static String of(Collection<Jid> devices) {
        String joined = devices.stream()
                .map(jid -> jid.user() + ".0:" + jid.device() + "@" + jid.server())
                .sorted()
                .collect(Collectors.joining());
        byte[] hash = Digests.sha256(joined.getBytes(StandardCharsets.UTF_8));
        return "2:" + Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
    }
}
