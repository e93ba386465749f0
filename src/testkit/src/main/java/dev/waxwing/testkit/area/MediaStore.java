package dev.waxwing.testkit.area;

import dev.waxwing.internal.crypto.Digests;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Uploaded media, the newest up to a number of bytes. The same bytes uploaded twice are kept once. */
final class MediaStore {

    /**
     * One upload.
     *
     * @param path what its direct path begins with
     * @param sha256 hash of the bytes
     * @param bytes as uploaded, which is encrypted
     */
    record Item(String path, String sha256, byte[] bytes) {}

    private final long maxBytes;
    private final Map<String, Item> byPath = new LinkedHashMap<>();
    private final Map<String, Item> bySha256 = new HashMap<>();
    private long bytes;
    private long lastId;

    MediaStore(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    static String sha256Of(byte[] bytes) {
        return hex(Digests.sha256(bytes));
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
        }
        return text.toString();
    }

    Optional<Item> atPath(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    Optional<Item> withSha256(String sha256) {
        return Optional.ofNullable(bySha256.get(sha256));
    }

    /** Keeps an upload; the oldest ones make room for it. */
    Item put(String folder, String sha256, byte[] content) {
        Item known = bySha256.get(sha256);
        if (known != null) {
            return known;
        }
        Iterator<Item> oldest = byPath.values().iterator();
        while (bytes + content.length > maxBytes && oldest.hasNext()) {
            Item item = oldest.next();
            oldest.remove();
            bySha256.remove(item.sha256);
            bytes -= item.bytes.length;
        }
        Item item = new Item(folder + ++lastId + "_" + sha256.substring(0, 16) + "_n.enc", sha256, content);
        byPath.put(item.path, item);
        bySha256.put(sha256, item);
        bytes += content.length;
        return item;
    }

    void remove(Item item) {
        if (byPath.remove(item.path) != null) {
            bySha256.remove(item.sha256);
            bytes -= item.bytes.length;
        }
    }
}
