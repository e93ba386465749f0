package dev.waxwing.internal.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.identity.Identities;
import dev.waxwing.identity.SafetyNumber;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Safety numbers, and the application's word on keys and pairs that changed. */
public final class IdentityArea implements Area, Identities {

    private final Supplier<Credentials> own;
    private final LidMappings people;
    private final AccountThreads threads;

    /**
     * Creates the area.
     *
     * @param own the account's credentials as they are now
     * @param people which addresses are one person, and what is known of their keys
     * @param threads the account's threads
     */
    public IdentityArea(Supplier<Credentials> own, LidMappings people, AccountThreads threads) {
        this.own = requireNonNull(own, "own");
        this.people = requireNonNull(people, "people");
        this.threads = requireNonNull(threads, "threads");
    }

    @Override
    public void register(Registrations on) {}

    @Override
    public CompletableFuture<Optional<SafetyNumber>> safetyNumber(Jid person) {
        Jid phone = requireNonNull(person, "person").person();
        if (!phone.isUser()) {
            throw new IllegalArgumentException("person must be a phone number or a LID but was " + person);
        }
        try {
            return threads.handOut(CompletableFuture.supplyAsync(() -> compute(phone), threads.executor()));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new SocketClosedException("the socket is closed", e));
        }
    }

    private Optional<SafetyNumber> compute(Jid person) {
        Credentials self = own.get();
        Optional<byte[]> ownKey = self.account().flatMap(AdvSignatures::accountKey);
        Optional<byte[]> theirKey = people.inTransaction(List.of(person), peers -> peers.identity(person));
        // Numbers where both are known, since that is what both sides call each other; otherwise LIDs.
        Optional<Jid> theirNumber = person.isPhone() ? Optional.of(person) : people.counterpart(person);
        Optional<Jid> ownName = theirNumber.isPresent() ? self.me() : self.lid();
        if (ownKey.isEmpty() || theirKey.isEmpty() || ownName.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Fingerprint.safetyNumber(
                name(ownName.get()), ownKey.get(), name(theirNumber.orElse(person)), theirKey.get()));
    }

    private static byte[] name(Jid person) {
        return person.user().getBytes(US_ASCII);
    }

    @Override
    public CompletableFuture<Void> confirm(IdentityChange change) {
        requireNonNull(change, "change");
        boolean pair =
                change.kind() == IdentityChangeKind.NEW_PAIR && change.userAlt().isPresent();
        boolean key =
                (change.kind() == IdentityChangeKind.NEW_KEY || change.kind() == IdentityChangeKind.KEY_OF_ANOTHER)
                        && change.device().isPresent()
                        && change.identityKey().isPresent();
        if (!change.isRefused() || !(pair || key)) {
            throw new IllegalArgumentException("change must be a new key or pair that was refused but was " + change);
        }
        return threads.handOut(CompletableFuture.runAsync(
                () -> {
                    if (pair) {
                        people.confirm(change.user(), change.userAlt().orElseThrow());
                    } else {
                        confirmKey(
                                change.device().orElseThrow(),
                                change.identityKey().orElseThrow());
                    }
                },
                threads.executor()));
    }

    private void confirmKey(Jid device, byte[] identityKey) {
        people.inTransaction(List.of(device), peers -> {
            peers.confirmIdentity(device, identityKey);
            return true;
        });
    }
}
