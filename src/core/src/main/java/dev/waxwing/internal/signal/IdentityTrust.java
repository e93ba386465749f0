package dev.waxwing.internal.signal;

import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 *   <li>A phone's first key is trusted; another key later is for the {@link IdentityPolicy} to take or refuse. With
 *       it all companions of the old one are forgotten, since the old one had signed them.
 * </ol>
 *
 * <p>Whatever is not known already is told. For one transaction; not thread-safe.
 */
final class IdentityTrust {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityTrust.class);

    private final Supplier<Optional<Credentials>> own;
    private final IdentityPolicy policy;
    private final Function<Jid, Optional<byte[]>> identities;
    private final List<IdentityNews> news;

    /**
     * @param own the account's credentials, if there are any
     * @param identities the known identity key of a device
     * @param news takes what is new or refused
     */
    IdentityTrust(
            Supplier<Optional<Credentials>> own,
            IdentityPolicy policy,
            Function<Jid, Optional<byte[]>> identities,
            List<IdentityNews> news) {
        this.own = own;
        this.policy = policy;
        this.identities = identities;
        this.news = news;
    }

    /**
     * What to do once the session engine has taken the key too.
     *
     * @param phoneKey the phone's identity key that became known by this, to be stored
     * @param dropsOthers whether the other devices of the person have to show their identity again
     * @param news what to tell
     */
    record Admission(byte @Nullable [] phoneKey, boolean dropsOthers, List<IdentityNews> news) {

        private static final Admission KNOWN = new Admission(null, false, List.of());
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
        if (known.isEmpty()) {
            return new Admission(
                    null, true, List.of(IdentityNews.ofKey(IdentityChangeKind.FIRST_KEY, phone, identityKey)));
        }
        if (Arrays.equals(known.get(), identityKey)) {
            return Admission.KNOWN;
        }
        IdentityNews changed = IdentityNews.ofKey(IdentityChangeKind.NEW_KEY, phone, identityKey);
        if (policy == IdentityPolicy.CONFIRM) {
            throw unconfirmed(changed);
        }
        return new Admission(null, true, List.of(changed));
    }

    private Admission admitCompanion(
            Jid device, byte[] identityKey, Optional<byte[]> deviceIdentity, Optional<byte[]> phoneKey) {
        AdvSignatures.Check check = deviceIdentity
                .map(signed -> AdvSignatures.checkDeviceIdentity(signed, identityKey, phoneKey))
                .orElse(AdvSignatures.Check.UNCHECKED);
        if (check == AdvSignatures.Check.INVALID) {
            throw refuse(device, identityKey, "the phone has not signed it");
        }
        boolean known = identities.apply(device).isPresent();
        if (check == AdvSignatures.Check.VALID) {
            List<IdentityNews> told = new ArrayList<>(2);
            byte[] brought = phoneKey.isPresent()
                    ? null
                    : deviceIdentity.flatMap(AdvSignatures::accountKey).orElseThrow();
            if (brought != null) {
                told.add(IdentityNews.ofKey(IdentityChangeKind.FIRST_KEY, device.person(), brought));
            }
            told.add(IdentityNews.ofKey(
                    known ? IdentityChangeKind.NEW_KEY : IdentityChangeKind.NEW_DEVICE, device, identityKey));
            return new Admission(brought, brought != null, told);
        }
        if (phoneKey.isPresent()) {
            throw refuse(device, identityKey, "it brings no identity that the phone has signed");
        }
        IdentityNews unsigned = IdentityNews.ofKey(
                known ? IdentityChangeKind.NEW_KEY : IdentityChangeKind.FIRST_KEY, device, identityKey);
        if (known && policy == IdentityPolicy.CONFIRM) {
            throw unconfirmed(unsigned);
        }
        return new Admission(null, false, List.of(unsigned));
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
            LOG.error("{} and {} are said to be one person, which would be this account; refused", phone, lid);
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
            LOG.warn("{} and {} are said to be one person; refused until confirmed", phone, lid);
            news.add(told.asRefused());
            return PairAdmission.REFUSED;
        }
        LOG.info("{} and {} are one person now", phone, lid);
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

    private boolean isOwn(Jid device) {
        return own.get().flatMap(Credentials::me).filter(device::sameUser).isPresent()
                || own.get().flatMap(Credentials::lid).filter(device::sameUser).isPresent();
    }

    private Optional<byte[]> ownAccountKey() {
        return own.get().flatMap(Credentials::account).flatMap(AdvSignatures::accountKey);
    }

    private WaxwingException refuse(Jid device, byte[] identityKey, String why) {
        LOG.error("The identity key of {} is refused: {}", device, why);
        news.add(IdentityNews.ofKey(IdentityChangeKind.FALSE_DEVICE, device, identityKey)
                .asRefused());
        return new PeerKeyRejectedException("the identity key of " + device + " is refused: " + why);
    }

    private WaxwingException unconfirmed(IdentityNews changed) {
        LOG.warn("The identity key of {} is another than before; refused until confirmed", changed.address());
        news.add(changed.asRefused());
        return new IdentityNotConfirmedException(changed.address().person().toString());
    }
}
