package dev.waxwing.internal.pool;

import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which addresses are one chat, and which socket has it. Holds the addresses used last; one that was forgotten is a new
 * chat. Lane only.
 */
final class ChatTable<M> {

    private final int mostAddresses;
    private final Map<Jid, Chat<M>> chats = new LinkedHashMap<>(16, 0.75f, true);
    private long count;

    ChatTable(int mostAddresses) {
        this.mostAddresses = mostAddresses;
    }

    /** Whether an address was used before. */
    boolean knows(Jid address) {
        return chats.containsKey(address);
    }

    /** The chat of an address that may have other names. */
    Chat<M> of(Jid address, Collection<Jid> otherNames) {
        Chat<M> chat = chats.get(address);
        for (Jid name : otherNames) {
            if (chat == null) {
                chat = chats.get(name);
            }
        }
        if (chat == null) {
            chat = new Chat<>(count++);
        }
        put(address, chat);
        for (Jid name : otherNames) {
            put(name, chat);
        }
        return chat;
    }

    /** Two addresses turned out to be one chat: it stays where the one of them is that was used first. */
    void join(Jid one, Jid other) {
        Chat<M> first = chats.get(one);
        Chat<M> second = chats.get(other);
        if (first == null || (second != null && second.number < first.number)) {
            first = second;
        }
        if (first != null) {
            put(one, first);
            put(other, first);
        }
    }

    private void put(Jid address, Chat<M> chat) {
        Chat<M> replaced = chats.put(address, chat);
        if (replaced == chat) {
            return;
        }
        chat.named();
        if (replaced != null) {
            replaced.unnamed();
        }
        if (chats.size() > mostAddresses) {
            Jid eldest = chats.keySet().iterator().next();
            Chat<M> forgotten = chats.remove(eldest);
            if (forgotten != null) {
                forgotten.unnamed();
            }
        }
    }
}
