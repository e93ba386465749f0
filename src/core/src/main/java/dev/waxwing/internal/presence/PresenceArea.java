package dev.waxwing.internal.presence;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.presence.Presence;
import dev.waxwing.presence.PresenceData;
import dev.waxwing.presence.PresenceData.State;
import dev.waxwing.presence.PresenceEvents;
import dev.waxwing.presence.PresenceUpdate;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Presence: tells others of this account, asks for theirs, publishes what they tell. */
public final class PresenceArea implements Area, Presence {

    /** The server drops subscriptions beyond some thousands; these few are asked for at every reconnect. */
    static final int MOST_SUBSCRIPTIONS = 1_000;

    private final AreaContext context;

    /** In the order in which they were asked for last. Guarded by itself. */
    private final Set<Jid> subscriptions = new LinkedHashSet<>();

    /**
     * Creates the area.
     *
     * @param context what areas are given
     */
    public PresenceArea(AreaContext context) {
        this.context = requireNonNull(context, "context");
    }

    @Override
    public void register(Registrations on) {
        on.stanza("presence", null, null, stanza -> told(stanza, presence(stanza)));
        on.stanza("chatstate", null, null, stanza -> told(stanza, chatState(stanza)));
    }

    /** A new connection knows nothing of what was said and asked on the one before. */
    @Override
    public void opened() {
        if (context.availability().isAvailable()) {
            context.self().get().pushName().ifPresent(name -> context.stream().send(ownPresence("available", name)));
        }
        List<Jid> again;
        synchronized (subscriptions) {
            again = List.copyOf(subscriptions);
        }
        again.forEach(jid -> context.stream().send(subscription(jid)));
    }

    @Override
    public CompletableFuture<Void> subscribe(Jid jid) {
        Jid asked = requireChat(jid, "jid");
        synchronized (subscriptions) {
            subscriptions.remove(asked);
            subscriptions.add(asked);
            if (subscriptions.size() > MOST_SUBSCRIPTIONS) {
                Iterator<Jid> oldest = subscriptions.iterator();
                oldest.next();
                oldest.remove();
            }
        }
        return written(subscription(asked));
    }

    @Override
    public CompletableFuture<Void> available() {
        return say(true, "available");
    }

    @Override
    public CompletableFuture<Void> unavailable() {
        return say(false, "unavailable");
    }

    private CompletableFuture<Void> say(boolean available, String type) {
        String name = context.self()
                .get()
                .pushName()
                .orElseThrow(() -> new IllegalStateException("no push name is known, so nobody would see a presence"));
        context.availability().set(available);
        return written(ownPresence(type, name));
    }

    @Override
    public CompletableFuture<Void> typing(Jid chat) {
        return chatState(chat, Node.builder("composing"));
    }

    @Override
    public CompletableFuture<Void> recording(Jid chat) {
        return chatState(chat, Node.builder("composing").attr("media", "audio"));
    }

    @Override
    public CompletableFuture<Void> paused(Jid chat) {
        return chatState(chat, Node.builder("paused"));
    }

    private CompletableFuture<Void> chatState(Jid chat, Node.Builder state) {
        return written(Node.builder("chatstate")
                .attr("to", requireChat(chat, "chat"))
                .child(state.build())
                .build());
    }

    /** What an application is given completes where all its futures do, not on the event loop that wrote the stanza. */
    private CompletableFuture<Void> written(Node stanza) {
        return context.threads().handOut(context.stream().send(stanza));
    }

    private static Jid requireChat(Jid chat, String what) {
        requireNonNull(chat, what);
        if (!chat.isUser() && !chat.isGroup()) {
            throw new IllegalArgumentException(what + " must be a person or a group but was " + chat);
        }
        return chat.person();
    }

    /** An {@code @} would make others read the name as an address (as peer Baileys has it). */
    private static Node ownPresence(String type, String name) {
        return Node.builder("presence")
                .attr("type", type)
                .attr("name", name.replace("@", ""))
                .build();
    }

    private static Node subscription(Jid jid) {
        return Node.builder("presence")
                .attr("type", "subscribe")
                .attr("to", jid)
                .build();
    }

    /**
     * In the lane of the chat, because the store may be asked for the other form of an address. The server is owed
     * nothing.
     */
    private CompletionStage<Acknowledgement> told(Node stanza, PresenceData data) {
        Jid from = stanza.requireJid("from").person();
        Jid participant = stanza.jid("participant");
        return context.threads().work().submit(from, () -> {
            Jid chat = context.people().canonical(from);
            Jid person = participant == null ? chat : context.people().canonical(participant.person());
            context.events()
                    .publish(
                            PresenceEvents.PRESENCE_UPDATE,
                            new PresenceUpdate(chat, context.people().counterpart(chat), Map.of(person, data)));
            return Acknowledgement.NOTHING;
        });
    }

    private static PresenceData presence(Node stanza) {
        boolean gone = "unavailable".equals(stanza.attr("type"));
        return new PresenceData(gone ? State.UNAVAILABLE : State.AVAILABLE, gone ? lastSeen(stanza) : Optional.empty());
    }

    /** Words in place of the time, {@code deny} and {@code none} among them, say that it is not to be known. */
    private static Optional<Instant> lastSeen(Node stanza) {
        try {
            return stanza.hasAttr("last") ? Optional.of(stanza.timeAttr("last", Instant.EPOCH)) : Optional.empty();
        } catch (ProtocolViolationException e) {
            return Optional.empty();
        }
    }

    private static PresenceData chatState(Node stanza) {
        Node composing = stanza.child("composing");
        State state = composing == null
                ? State.AVAILABLE
                : "audio".equals(composing.attr("media")) ? State.RECORDING : State.COMPOSING;
        return new PresenceData(state, Optional.empty());
    }
}
