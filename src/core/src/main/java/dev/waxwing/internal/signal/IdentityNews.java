package dev.waxwing.internal.signal;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * What became known, or was refused, of a device's identity or a person's addresses.
 *
 * @param kind what it is
 * @param address the device, in the form the transaction used; of a pair, one of the two
 * @param identityKey the key that is new or was refused, 32 bytes; shared, not copied
 * @param formerKey the key known before, 32 bytes, if this is another; shared, not copied
 * @param pairedWith of a pair, the other of the two
 * @param formerly of a pair, what {@code address} was paired with before
 * @param refused whether nothing came of it
 */
public record IdentityNews(
        IdentityChangeKind kind,
        Jid address,
        Optional<byte[]> identityKey,
        Optional<byte[]> formerKey,
        Optional<Jid> pairedWith,
        Optional<Jid> formerly,
        boolean refused) {

    /**
     * Checks for null.
     *
     * @param kind what it is
     * @param address the device, in the form the transaction used; of a pair, one of the two
     * @param identityKey the key that is new or was refused, 32 bytes; shared, not copied
     * @param formerKey the key known before, 32 bytes, if this is another; shared, not copied
     * @param pairedWith of a pair, the other of the two
     * @param formerly of a pair, what {@code address} was paired with before
     * @param refused whether nothing came of it
     */
    public IdentityNews {
        requireNonNull(kind, "kind");
        requireNonNull(address, "address");
    }

    static IdentityNews ofKey(IdentityChangeKind kind, Jid device, byte[] identityKey) {
        return ofKey(kind, device, identityKey, Optional.empty());
    }

    static IdentityNews ofKey(IdentityChangeKind kind, Jid device, byte[] identityKey, Optional<byte[]> formerKey) {
        return new IdentityNews(
                kind, device, Optional.of(identityKey), formerKey, Optional.empty(), Optional.empty(), false);
    }

    static IdentityNews ofPair(Jid one, Jid other, Optional<Jid> formerly) {
        return new IdentityNews(
                IdentityChangeKind.NEW_PAIR,
                one,
                Optional.empty(),
                Optional.empty(),
                Optional.of(other),
                formerly,
                false);
    }

    /**
     * A person who registered anew, with keys to come.
     *
     * @param person the person
     * @return the news
     */
    public static IdentityNews registeredAnew(Jid person) {
        return new IdentityNews(
                IdentityChangeKind.REGISTERED_ANEW,
                person,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    IdentityNews asRefused() {
        return new IdentityNews(kind, address, identityKey, formerKey, pairedWith, formerly, true);
    }

    /** Everything but the key. */
    @Override
    public String toString() {
        return kind
                + (refused ? " refused: " : ": ")
                + address
                + pairedWith.map(other -> " and " + other).orElse("")
                + formerly.map(other -> ", formerly " + other).orElse("");
    }
}
