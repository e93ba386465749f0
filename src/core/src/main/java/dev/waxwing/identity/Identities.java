package dev.waxwing.identity;

import dev.waxwing.event.IdentityChange;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Whether people are who they are said to be. End-to-end encryption holds against the server only as far as the keys
 * are the right ones: two persons know that they are when both see the same safety number.
 */
public interface Identities {

    /**
     * The number that this account and a person see alike if each has the other's true key.
     *
     * @param person the person, by phone number or LID
     * @return the safety number; empty if no key of the person's phone is known yet, as before the first message, or
     *     if this device is not linked; fails with {@link dev.waxwing.error.StoreFailedException} if the store does
     * @throws IllegalArgumentException if {@code person} is not a person
     */
    CompletableFuture<Optional<SafetyNumber>> safetyNumber(Jid person);

    /**
     * Takes what was refused under {@link IdentityPolicy#CONFIRM}: the new key of a person, or the new pair of number
     * and LID. Call it once the two persons have compared their safety numbers, or learned otherwise that the change is
     * genuine. Exactly the key of that change is taken; if there is yet another one meanwhile, that is refused anew.
     *
     * @param change what {@code identity.change} told
     * @return completes when it holds; fails with {@link dev.waxwing.error.StoreFailedException} if the store does
     * @throws IllegalArgumentException if the change cannot be confirmed, because it was not refused or is false
     */
    CompletableFuture<Void> confirm(IdentityChange change);
}
