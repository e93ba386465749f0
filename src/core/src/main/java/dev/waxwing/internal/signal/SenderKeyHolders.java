package dev.waxwing.internal.signal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which devices have this account's sender key of a group, within one transaction of the store.
 *
 * <p>A group has two rows: a small one that names the version of the other, and the list of devices. Whoever knows that
 * a version leaves nothing to do needs to read the small one only, however large the group is. Beside them lies a short
 * log of the people whose identity changed, so that such a change, made in the transaction that finds it, costs one row
 * and not a look at every group: a group that has not read the log to its end is not current.
 */
public final class SenderKeyHolders {

    /** Which devices have the own sender keys. */
    public static final StoreTable TABLE = StoreTable.of("sender_key_holders");

    /** How many changes of identity are kept; a group that is further behind counts as changed. */
    static final int LOGGED = 1_000;

    /** The version of a group that has no list. */
    public static final long NONE = 0;

    private static final byte FORMAT = 1;
    private static final String VERSION_OF = "g/";
    private static final String DEVICES_OF = "d/";
    private static final String CHANGE = "c/";

    /** Behind all keys of the log. */
    private static final String CHANGE_END = "c0";

    private static final String CHANGES = "n";
    private static final int HAS = 1;
    private static final int HAD = 2;

    private final StoreTransaction tx;

    /**
     * A device that a message went to, whether or not it could be given the key.
     *
     * @param has whether it has the present key
     * @param had whether it was ever given the present key, even if it lost it
     * @param since when the first message was made that went to it
     */
    public record Holder(boolean has, boolean had, Instant since) {}

    /**
     * What is known of a group.
     *
     * @param version of the list
     * @param changes how many changes of identity were known at this moment
     * @param identityChanged whether a device on the list that was given the key has another identity by now
     * @param devices the list, as their sessions were filed
     */
    public record Known(long version, long changes, boolean identityChanged, Map<Jid, Holder> devices) {}

    private record Head(long version, long changes) {}

    private SenderKeyHolders(StoreTransaction tx) {
        this.tx = requireNonNull(tx, "tx");
    }

    /**
     * Opens the view over a transaction.
     *
     * @param tx the transaction
     * @return the holders, as long as the transaction lasts
     */
    public static SenderKeyHolders in(StoreTransaction tx) {
        return new SenderKeyHolders(tx);
    }

    /**
     * Whether what was found out about a version still holds; costs the same for every group.
     *
     * @param group the group
     * @param version the version
     * @param changes how many changes of identity were known then
     * @return false if the list is another, or an identity changed since
     */
    public boolean isCurrent(Jid group, long version, long changes) {
        return head(group).version == version && changes() == changes;
    }

    /**
     * Reads the list.
     *
     * @param group the group
     * @return what is known
     */
    public Known read(Jid group) {
        Head head = head(group);
        Map<Jid, Holder> devices = devices(group);
        long now = changes();
        boolean tooLong = now - head.changes > LOGGED;
        Set<String> changed = tooLong ? Set.of() : changedSince(head.changes);
        boolean concerned = devices.entrySet().stream()
                .anyMatch(entry ->
                        entry.getValue().had && (tooLong || changed.contains(SignalAddress.nameOf(entry.getKey()))));
        return new Known(head.version, now, concerned, devices);
    }

    /**
     * Writes the list.
     *
     * @param group the group
     * @param version a number that no list of the group had before, not {@link #NONE}
     * @param devices all devices that messages go to now
     */
    public void write(Jid group, long version, Map<Jid, Holder> devices) {
        tx.put(TABLE, DEVICES_OF + group, encode(devices));
        writeHead(group, version);
    }

    /**
     * Notes that the log of identities was read: nothing in it concerns the group.
     *
     * @param group the group
     * @param version the version of the list
     */
    public void read(Jid group, long version) {
        if (version != NONE && head(group).changes != changes()) {
            writeHead(group, version);
        }
    }

    private void writeHead(Jid group, long version) {
        tx.put(
                TABLE,
                VERSION_OF + group,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(version)
                        .putLong(changes())
                        .array());
    }

    /**
     * A device turned out not to have the key that it was given, or was given it outside of a message to all.
     *
     * @param group the group
     * @param version a number that no list of the group had before, not {@link #NONE}
     * @param device as its session is filed
     * @param has whether it has the key now
     * @param since when the first message was made that went to it, if it was not on the list
     */
    public void note(Jid group, long version, Jid device, boolean has, Instant since) {
        Map<Jid, Holder> devices = devices(group);
        Holder known = devices.get(device);
        if (known == null ? !has : known.has == has) {
            return;
        }
        devices.put(
                device, known == null ? new Holder(true, true, since) : new Holder(has, has || known.had, known.since));
        writeKeepingChanges(group, version, devices);
    }

    /**
     * Nobody may count as having the key: a message that handed it out never arrived.
     *
     * @param group the group
     * @param version a number that no list of the group had before, not {@link #NONE}
     */
    public void noteLost(Jid group, long version) {
        Map<Jid, Holder> devices = devices(group);
        if (devices.isEmpty()) {
            return;
        }
        devices.replaceAll((device, known) -> new Holder(false, known.had, known.since));
        writeKeepingChanges(group, version, devices);
    }

    /** What the log says of the devices is still to be found. */
    private void writeKeepingChanges(Jid group, long version, Map<Jid, Holder> devices) {
        long read = head(group).changes;
        tx.put(TABLE, DEVICES_OF + group, encode(devices));
        tx.put(
                TABLE,
                VERSION_OF + group,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(version)
                        .putLong(read)
                        .array());
    }

    /** Somebody's identity is another: whoever had it before must not read what comes. */
    static void identityChanged(StoreTransaction tx, String name) {
        SenderKeyHolders holders = in(tx);
        long number = holders.changes();
        tx.put(TABLE, CHANGE + HexFormat.of().toHexDigits(number), name.getBytes(UTF_8));
        tx.put(
                TABLE,
                CHANGES,
                ByteBuffer.allocate(Long.BYTES).putLong(number + 1).array());
        if (number >= LOGGED) {
            tx.delete(TABLE, CHANGE + HexFormat.of().toHexDigits(number - LOGGED));
        }
    }

    private Set<String> changedSince(long number) {
        Set<String> names = new LinkedHashSet<>();
        List<StoreEntry> rows = tx.scan(TABLE, CHANGE + HexFormat.of().toHexDigits(number), CHANGE_END, LOGGED + 1);
        rows.forEach(row -> names.add(new String(row.value(), UTF_8)));
        return names;
    }

    private long changes() {
        byte[] row = tx.get(TABLE, CHANGES);
        return row == null ? 0 : number(row, 0);
    }

    private Head head(Jid group) {
        byte[] row = tx.get(TABLE, VERSION_OF + group);
        return row == null ? new Head(NONE, changes()) : new Head(number(row, 0), number(row, Long.BYTES));
    }

    private static long number(byte[] row, int at) {
        if (row.length < at + Long.BYTES) {
            throw new StoreFailedException("a stored number has " + row.length + " bytes");
        }
        return ByteBuffer.wrap(row).getLong(at);
    }

    private Map<Jid, Holder> devices(Jid group) {
        byte[] row = tx.get(TABLE, DEVICES_OF + group);
        return row == null ? new LinkedHashMap<>() : decode(row);
    }

    /** Device after device, those of a person behind each other: the person's address stands before the first. */
    private static byte[] encode(Map<Jid, Holder> devices) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * devices.size() + Integer.BYTES);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeInt(devices.size());
            Jid before = Jid.SERVER;
            for (Map.Entry<Jid, Holder> entry : devices.entrySet()) {
                Jid device = entry.getKey();
                Holder holder = entry.getValue();
                boolean samePerson =
                        device.user().equals(before.user()) && device.server().equals(before.server());
                out.writeUTF(samePerson ? "" : device.withDevice(0).toString());
                out.writeShort(device.device());
                out.writeByte((holder.has ? HAS : 0) | (holder.had ? HAD : 0));
                out.writeInt((int) holder.since.getEpochSecond());
                before = device;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static Map<Jid, Holder> decode(byte[] stored) {
        Map<Jid, Holder> devices = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(stored);
        try {
            byte format = in.get();
            int count = in.getInt();
            if (format != FORMAT) {
                throw new StoreFailedException("a stored list of sender key holders has format " + format);
            }
            Jid person = Jid.SERVER;
            for (int i = 0; i < count; i++) {
                byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(text);
                if (text.length > 0) {
                    person = Jid.parse(new String(text, UTF_8));
                }
                int device = Short.toUnsignedInt(in.getShort());
                int flags = in.get();
                Instant since = Instant.ofEpochSecond(Integer.toUnsignedLong(in.getInt()));
                devices.put(person.withDevice(device), new Holder((flags & HAS) != 0, (flags & HAD) != 0, since));
            }
            return devices;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new StoreFailedException("a stored list of sender key holders is damaged", e);
        }
    }
}
