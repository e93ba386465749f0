package dev.waxwing.internal.status;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Refuses what an application cannot mean, before anything is sent. */
final class StatusArguments {

    private static final int MOST_PEOPLE = 10_000;

    private StatusArguments() {}

    /** People, each once. The size that a collection claims is not relied on. */
    static List<Jid> people(Collection<Jid> people, String name) {
        Set<Jid> each = new LinkedHashSet<>();
        for (Jid person : requireNonNull(people, name)) {
            if (!requireNonNull(person, "each of " + name).isUser()) {
                throw new IllegalArgumentException("each of " + name + " must be a person but one was " + person);
            }
            each.add(person.person());
            if (each.size() > MOST_PEOPLE) {
                throw new IllegalArgumentException(name + " must be at most " + MOST_PEOPLE);
            }
        }
        return List.copyOf(each);
    }

    /** The key of a post, of this account or of somebody else. */
    static void requireStatus(MessageKey status, boolean ofThisAccount) {
        if (!requireNonNull(status, "status").remoteJid().isStatusBroadcast()) {
            throw new IllegalArgumentException("status must be a status post but is in " + status.remoteJid());
        }
        if (status.fromMe() != ofThisAccount) {
            throw new IllegalArgumentException(
                    ofThisAccount ? "status must be a post of this account" : "status must be a post of somebody else");
        }
        if (!ofThisAccount && status.participant().filter(Jid::isUser).isEmpty()) {
            throw new IllegalArgumentException("status must name its author as participant");
        }
    }
}
