package dev.waxwing.internal.content;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.model.Jid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Message ids of the shape web clients use: {@code 3EB0} and 18 upper-case hex digits. */
public final class MessageIds {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int RANDOM_BYTES = 16;
    private static final int HASH_BYTES_SHOWN = 9;

    /** Far more than any client uses; bounds what is remembered of each. */
    private static final int MAX_CHARS = 256;

    private MessageIds() {}

    /**
     * A new id.
     *
     * @param me this device
     * @param now the time, to the second
     * @return 22 characters
     */
    public static String next(Jid me, Instant now) {
        return of(me, now.getEpochSecond(), RandomBytes.next(RANDOM_BYTES));
    }

    /**
     * Checks an id that came from the network.
     *
     * @param id the id
     * @return the same
     * @throws ProtocolViolationException if it is empty, or longer than any client's
     */
    public static String requireSound(String id) {
        if (id.isEmpty() || id.length() > MAX_CHARS) {
            throw new ProtocolViolationException("a message id of " + id.length() + " characters");
        }
        return id;
    }

    /** @param me null for a device that has no account yet */
    static String of(@Nullable Jid me, long unixSeconds, byte[] random) {
        byte[] user = me == null ? new byte[0] : (me.user() + "@c.us").getBytes(StandardCharsets.UTF_8);
        byte[] preimage = ByteBuffer.allocate(Long.BYTES + user.length + random.length)
                .putLong(unixSeconds)
                .put(user)
                .put(random)
                .array();
        return "3EB0" + HEX.formatHex(Digests.sha256(preimage), 0, HASH_BYTES_SHOWN);
    }
}
