package dev.waxwing.internal.signal;

import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one rule by which an identity key is taken or refused, whichever way it came: in a bundle, a pre-key message or
 * the keys of a retry receipt. It is asked before the session engine is.
 *
 * <ol>
 *   <li>The own phone has the key by which this device was linked, for ever; an own companion must be signed with it.
 *   <li>A key that is known is trusted.
 *   <li>A companion (any device but the phone; all hosted ones) must bring a device identity that is signed by the
 *       phone's key, where that is known. Where it is not, one that brings the account key along and is signed with it
 *       makes that key known as the phone's; one without is trusted until the phone's key is known, and then has to
 *       show its identity.
 *   <li>A companion whose index its phone has taken out of the newest list that it has signed is refused, although its
 *       own signature is still genuine.
 *   <li>A key that is known as somebody else's, or is this account's own, is refused: X3DH binds no address.
 *   <li>A phone's first key is trusted; another key later is for the {@link IdentityPolicy} to take or refuse. With
 *       it all companions of the old one are forgotten, since the old one had signed them.
 * </ol>
 *
 * <p>Whatever is not known already is told. For one transaction; not thread-safe.
 */
final class IdentityTrust {

    private final Supplier<Optional<Credentials>> own;
    private final IdentityPolicy policy;
    private final Function<Jid, Optional<byte[]>> identities;
    private final KeyOwners owners;
    private final KeyIndexes keyIndexes;
    private final List<IdentityNews> news;

    /**
     * @param own the account's credentials, if there are any
     * @param identities the known identity key of a device
     * @param owners whose each key is
     * @param keyIndexes which companions the phones stand by
     * @param news takes what is new or refused
     */
    IdentityTrust(
            Supplier<Optional<Credentials>> own,
            IdentityPolicy policy,
            Function<Jid, Optional<byte[]>> identities,
            KeyOwners owners,
            KeyIndexes keyIndexes,
            List<IdentityNews> news) {
        this.own = own;
        this.policy = policy;
        this.identities = identities;
        this.owners = owners;
        this.keyIndexes = keyIndexes;
        this.news = news;
    }

    /**
     * What to do once the session engine has taken the key too.
     *
     * @param phoneKey the phone's identity key that became known by this, to be stored
     * @param dropsOthers whether the other devices of the person have to show their identity again
     * @param keyIndex the companion's index in its phone's list, if it has shown one
     * @param news what to tell
     */
    record Admission(byte @Nullable [] phoneKey, boolean dropsOthers, OptionalInt keyIndex, List<IdentityNews> news) {

        private static final Admission KNOWN = new Admission(null, false, OptionalInt.empty(), List.of());

        boolean isNews() {
            return !news.isEmpty();
        }

        private static Admission of(boolean dropsOthers, IdentityNews news) {
            return new Admission(null, dropsOthers, OptionalInt.empty(), List.of(news));
        }
    }

    /**
     * Checks an identity key.
     *
     * @param device whose it is said to be
     * @param identityKey 32 bytes
     * @param deviceIdentity the {@code ADVSignedDeviceIdentity} that came along
     * @param ofBundle whether a session is to be made; then an identity that came along is checked for a known key too
     * @return what follows if the engine takes the key
     * @throws PeerKeyRejectedException if it is false
     * @throws IdentityNotConfirmedException if the policy wants it confirmed
     */
    Admission admit(Jid device, byte[] identityKey, Optional<byte[]> deviceIdentity, boolean ofBundle) {
        if (device.isHosted() && device.device() == 0) {
            throw refuse(device, identityKey, "a phone is not hosted");
        }
        if (isOfThisDevice(device, identityKey)) {
            throw refuse(device, identityKey, "it is this device's own");
        }
        Optional<byte[]> accountKey = isOwn(device) ? ownAccountKey() : Optional.empty();
        // Who is no person, a bot for instance, has no companions that a phone would sign.
        if (device.device() == 0 || !device.isUser()) {
            return admitPhone(device, identityKey, accountKey);
        }
        boolean known = identities
                .apply(device)
                .filter(key -> Arrays.equals(key, identityKey))
                .isPresent();
        if (known && (deviceIdentity.isEmpty() || !ofBundle)) {
            return Admission.KNOWN;
        }
        Optional<byte[]> phoneKey = accountKey.or(() -> identities.apply(device.person()));
        Admission admission = admitCompanion(device, identityKey, deviceIdentity, phoneKey);
        return known && phoneKey.isPresent() ? Admission.KNOWN : admission;
    }

    private Admission admitPhone(Jid phone, byte[] identityKey, Optional<byte[]> accountKey) {
        if (accountKey.isPresent()) {
            if (!Arrays.equals(accountKey.get(), identityKey)) {
                throw refuse(phone, identityKey, "it is not the key by which this device was linked");
            }
            return Admission.KNOWN;
        }
        Optional<byte[]> known = identities.apply(phone);
        if (known.filter(key -> Arrays.equals(key, identityKey)).isPresent()) {
            return Admission.KNOWN;
        }
        requireNobodyElses(phone, identityKey);
        if (known.isEmpty()) {
            return Admission.of(true, IdentityNews.ofKey(IdentityChangeKind.FIRST_KEY, phone, identityKey));
        }
        IdentityNews changed = IdentityNews.ofKey(IdentityChangeKind.NEW_KEY, phone, identityKey, known);
        if (policy == IdentityPolicy.CONFIRM) {
            throw unconfirmed(changed);
        }
        return Admission.of(true, changed);
    }

    private Admission admitCompanion(
            Jid device, byte[] identityKey, Optional<byte[]> deviceIdentity, Optional<byte[]> phoneKey) {
        AdvSignatures.Check check = deviceIdentity
                .map(signed -> AdvSignatures.checkDeviceIdentity(signed, identityKey, phoneKey))
                .orElse(AdvSignatures.Check.UNCHECKED);
        if (check == AdvSignatures.Check.INVALID) {
            throw refuse(device, identityKey, "the phone has not signed it");
        }
        requireNobodyElses(device, identityKey);
        Optional<byte[]> former = identities.apply(device);
        boolean known = former.isPresent();
        if (check == AdvSignatures.Check.VALID) {
            List<IdentityNews> told = new ArrayList<>(2);
            byte[] brought = phoneKey.isPresent()
                    ? null
                    : deviceIdentity.flatMap(AdvSignatures::accountKey).orElseThrow();
            if (brought != null) {
                requireNobodyElses(device.person(), brought);
                told.add(IdentityNews.ofKey(IdentityChangeKind.FIRST_KEY, device.person(), brought));
            }
            OptionalInt keyIndex = deviceIdentity.map(AdvSignatures::keyIndex).orElseThrow();
            byte[] phone = brought != null ? brought : phoneKey.orElseThrow();
            requireLinked(device, identityKey, keyIndex, phone);
            told.add(IdentityNews.ofKey(
                    known ? IdentityChangeKind.NEW_KEY : IdentityChangeKind.NEW_DEVICE, device, identityKey, former));
            return new Admission(brought, brought != null, keyIndex, told);
        }
        if (phoneKey.isPresent()) {
            throw refuse(device, identityKey, "it brings no identity that the phone has signed");
        }
        IdentityNews unsigned = IdentityNews.ofKey(
                known ? IdentityChangeKind.NEW_KEY : IdentityChangeKind.FIRST_KEY, device, identityKey, former);
        if (known && policy == IdentityPolicy.CONFIRM) {
            throw unconfirmed(unsigned);
        }
        return Admission.of(false, unsigned);
    }

    private void requireLinked(Jid device, byte[] identityKey, OptionalInt keyIndex, byte[] phoneKey) {
        boolean removed = keyIndex.isPresent()
                && formsOf(device)
                        .flatMap(person -> keyIndexes.newest(person, phoneKey).stream())
                        .max(Comparator.comparingLong(KeyIndexList::timestamp))
                        .filter(list -> !list.standsBy(keyIndex.getAsInt()))
                        .isPresent();
        if (removed) {
            throw refuse(device, identityKey, "its phone has removed it");
        }
    }

    /** Under which the person's list may lie: this account is known by both before anybody has told of the pair. */
    private Stream<Jid> formsOf(Jid device) {
        return isOwn(device)
                ? own.get().stream()
                        .flatMap(self -> Stream.concat(self.me().stream(), self.lid().stream()))
                        .map(Jid::person)
                : Stream.of(device.person());
    }

    private void requireNobodyElses(Jid device, byte[] identityKey) {
        if (!isOwn(device)
                && ownAccountKey()
                        .filter(key -> Arrays.equals(key, identityKey))
                        .isPresent()) {
            throw refuse(device, identityKey, "it is this account's own");
        }
        Optional<Jid> owner = owners.otherThan(identityKey, device);
        if (owner.isPresent()) {
            news.add(IdentityNews.ofKey(IdentityChangeKind.KEY_OF_ANOTHER, device, identityKey)
                    .asRefused());
            throw new PeerKeyRejectedException(
                    "the identity key of " + device + " is refused: it is that of " + owner.get());
        }
    }

    /** A server could bring back to this device what it has sent, as far as somebody else's keys were in it. */
    private boolean isOfThisDevice(Jid device, byte[] identityKey) {
        return own.get()
                .filter(self -> Arrays.equals(self.identityKey().publicKey(), identityKey))
                .filter(self -> !isOwn(device)
                        || self.me()
                                .filter(me -> me.device() == device.device())
                                .isEmpty())
                .isPresent();
    }

    /**
     * Checks a pair of phone number and LID that is not the one known.
     *
     * @param phone the number, without device
     * @param lid the LID, without device
     * @param formerLid what the number was paired with
     * @param formerPhone what the LID was paired with
     * @param confirmed whether the application has said so
     * @return what is to be done with it
     */
    PairAdmission admitPair(Jid phone, Jid lid, Optional<Jid> formerLid, Optional<Jid> formerPhone, boolean confirmed) {
        IdentityNews told = formerLid.isEmpty() && formerPhone.isPresent()
                ? IdentityNews.ofPair(lid, phone, formerPhone)
                : IdentityNews.ofPair(phone, lid, formerLid);
        if (contradictsOwn(phone, lid)) {
            news.add(told.asRefused());
            return PairAdmission.REFUSED;
        }
        boolean changed = formerLid.isPresent() || formerPhone.isPresent();
        Optional<byte[]> ofPhone = identities.apply(phone);
        Optional<byte[]> ofLid = identities.apply(lid);
        boolean differ = ofPhone.isPresent() && ofLid.isPresent() && !Arrays.equals(ofPhone.get(), ofLid.get());
        if (!changed && !differ) {
            return PairAdmission.JOINED;
        }
        if (policy == IdentityPolicy.CONFIRM && !confirmed) {
            news.add(told.asRefused());
            return PairAdmission.REFUSED;
        }
        news.add(told);
        return PairAdmission.APART;
    }

    private boolean contradictsOwn(Jid phone, Jid lid) {
        Optional<Jid> ownPhone = own.get().flatMap(Credentials::me);
        Optional<Jid> ownLid = own.get().flatMap(Credentials::lid);
        return ownPhone.isPresent()
                && ownLid.isPresent()
                && ownPhone.get().sameUser(phone) != ownLid.get().sameUser(lid);
    }

    /**
     * The key by which a person's phone signs.
     *
     * @param person the person
     * @return the key that is known as the phone's
     */
    Optional<byte[]> phoneKey(Jid person) {
        return isOwn(person) ? ownAccountKey() : identities.apply(person.person());
    }

    private boolean isOwn(Jid device) {
        return own.get().flatMap(Credentials::me).filter(device::sameUser).isPresent()
                || own.get().flatMap(Credentials::lid).filter(device::sameUser).isPresent();
    }

    private Optional<byte[]> ownAccountKey() {
        return own.get().flatMap(Credentials::account).flatMap(AdvSignatures::accountKey);
    }

    private WaxwingException refuse(Jid device, byte[] identityKey, String why) {
        news.add(IdentityNews.ofKey(IdentityChangeKind.FALSE_DEVICE, device, identityKey)
                .asRefused());
        return new PeerKeyRejectedException("the identity key of " + device + " is refused: " + why);
    }

    private WaxwingException unconfirmed(IdentityNews changed) {
        news.add(changed.asRefused());
        return new IdentityNotConfirmedException(changed.address().person().toString());
    }
}
