package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.content.Lifetime;
import dev.waxwing.model.ContextPlaces;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How long messages last in chats with people. No server knows: whoever sets it writes that to the other, and every
 * message says it again, so each client remembers it and writes it into what it sends. The setting that was made last
 * holds. A group's setting is in its metadata. Thread-safe.
 */
public final class ChatTimers {

    /** Only chats whose timer was ever set count. */
    private static final int MOST_CHATS = 50_000;

    private final LidMappings lids;

    /** A copy of what is stored, by the address that the chat had then. */
    private final Map<Jid, Timer> timers = new ConcurrentHashMap<>();

    /**
     * Reads what is known.
     *
     * @param store the account's store
     * @param lids which addresses are one person
     */
    public ChatTimers(AccountStore store, LidMappings lids) {
        this.lids = requireNonNull(lids, "lids");
        for (StoreEntry row : store.transact(tx -> tx.scanPrefix(StoreTable.CHAT_TIMERS, "", MOST_CHATS))) {
            Timer timer = Timer.read(row.value());
            if (timer != null) {
                timers.put(Jid.parse(row.key()), timer);
            }
        }
    }

    /**
     * Gives a message the lifetime of its chat.
     *
     * @param chat a person
     * @param message what goes there
     * @return the message with that, unchanged if it says so itself, cannot say it, or messages stay
     */
    public Message applied(Jid chat, Message message) {
        Timer timer = of(chat);
        return timer == null || timer.seconds == 0
                ? message
                : Lifetime.of(message, Duration.ofSeconds(timer.seconds), timer.setAt);
    }

    /**
     * Takes over what this account says in a chat.
     *
     * @param transaction the transaction that sends the message
     * @param chat a person
     * @param message what was sent
     * @param at when
     */
    public void sent(StoreTransaction transaction, Jid chat, Message message, Instant at) {
        Message content = MessageWrappers.unwrapped(message);
        if (isSetting(content)) {
            set(transaction, chat, content.getProtocolMessage(), at);
        }
    }

    /**
     * Takes over what either side says in a chat.
     *
     * @param transaction the transaction that opened the message
     * @param chat a person
     * @param message what came
     * @param at when the server took it
     */
    public void received(StoreTransaction transaction, Jid chat, Message message, Instant at) {
        Message content = MessageWrappers.unwrapped(message);
        if (isSetting(content)) {
            set(transaction, chat, content.getProtocolMessage(), at);
            return;
        }
        ContextInfo context = ContextPlaces.of(content);
        if (context.getExpiration() != 0) {
            // Some clients do not say when it was set: then it counts only if nothing is known.
            long setAt = within(context.getEphemeralSettingTimestamp(), at);
            Timer before = of(chat);
            if (before == null || before.setAt < setAt) {
                put(transaction, chat, context.getExpiration(), setAt);
            }
        }
    }

    private static boolean isSetting(Message content) {
        return content.hasProtocolMessage()
                && content.getProtocolMessage().getType() == ProtocolMessage.Type.EPHEMERAL_SETTING;
    }

    private void set(StoreTransaction transaction, Jid chat, ProtocolMessage setting, Instant at) {
        long setAt = setting.hasEphemeralSettingTimestamp()
                ? within(setting.getEphemeralSettingTimestamp(), at)
                : at.getEpochSecond();
        Timer before = of(chat);
        // Two settings in one second: the one that comes later was written later.
        if (before == null ? setting.getEphemeralExpiration() != 0 : before.setAt <= setAt) {
            put(transaction, chat, setting.getEphemeralExpiration(), setAt);
        }
    }

    /** Nobody can set what no later setting could replace. */
    private static long within(long setAt, Instant at) {
        return Math.max(0, Math.min(setAt, at.getEpochSecond()));
    }

    private void put(StoreTransaction transaction, Jid chat, int seconds, long setAt) {
        if (timers.size() >= MOST_CHATS && of(chat) == null) {
            return;
        }
        Jid address = lids.canonical(chat, transaction);
        for (Jid form : lids.formsOf(address, transaction)) {
            if (!form.equals(address) && timers.remove(form) != null) {
                transaction.delete(StoreTable.CHAT_TIMERS, form.toString());
            }
        }
        Timer timer = new Timer(seconds, setAt);
        transaction.put(StoreTable.CHAT_TIMERS, address.toString(), timer.write());
        // If the transaction is undone, what told of the timer comes again.
        timers.put(address, timer);
    }

    private @Nullable Timer of(Jid chat) {
        Timer latest = timers.get(chat);
        if (timers.isEmpty()) {
            return null;
        }
        for (Jid form : lids.formsOf(chat)) {
            Timer timer = timers.get(form);
            if (timer != null && (latest == null || timer.setAt > latest.setAt)) {
                latest = timer;
            }
        }
        return latest;
    }

    /**
     * A setting.
     *
     * @param seconds how long messages last, unsigned; 0 if they stay
     * @param setAt when it was set, in seconds since 1970; 0 if that is not known
     */
    private record Timer(int seconds, long setAt) {

        private static final int BYTES = Integer.BYTES + Long.BYTES;

        /** Nothing if the row is damaged: the next message tells the timer again. */
        static @Nullable Timer read(byte[] value) {
            ByteBuffer bytes = ByteBuffer.wrap(value);
            return value.length == BYTES ? new Timer(bytes.getInt(), bytes.getLong()) : null;
        }

        byte[] write() {
            return ByteBuffer.allocate(BYTES).putInt(seconds).putLong(setAt).array();
        }
    }
}
