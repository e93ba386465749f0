package dev.waxwing.testkit.state;

import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** All accounts, found by name, phone number or LID. Belongs to the world's thread. */
public final class Accounts {

    private static final int PHONE_SIGNED_PRE_KEY_ID = 1;
    private static final int REGISTRATION_IDS = 16_380;

    private final SeededRandom random;
    private final int limit;
    private final Consumer<Account> onCreated;
    private final Map<String, Account> byName = new LinkedHashMap<>();
    private final Map<String, Account> byPhoneNumber = new HashMap<>();
    private final Map<String, Account> byLid = new HashMap<>();
    private int nameless;

    /**
     * Creates them empty.
     *
     * @param random where keys come from
     * @param limit how many there may be
     * @param onCreated told of each new account, when it has its phone
     */
    public Accounts(SeededRandom random, int limit, Consumer<Account> onCreated) {
        this.random = random;
        this.limit = limit;
        this.onCreated = onCreated;
    }

    /**
     * Every account.
     *
     * @return in order of creation; a view
     */
    public Collection<Account> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /**
     * The account of a name, made if there is none. The same name has the same number and LID in every run.
     *
     * @param name the account's name; empty makes a new account with a generated one
     * @return the account
     * @throws IllegalStateException if there are as many accounts as the settings allow
     */
    public Account named(String name) {
        String key = name.isEmpty() ? "Loopback user " + ++nameless : name;
        Account known = byName.get(key);
        return known != null ? known : create(key);
    }

    /**
     * Finds an account by an address.
     *
     * @param jid by phone number or LID; a device in it does not matter
     * @return the account, or nothing if it does not exist
     */
    public Optional<Account> find(Jid jid) {
        Map<String, Account> map = jid.isLid() ? byLid : jid.isPhone() ? byPhoneNumber : Map.of();
        return Optional.ofNullable(map.get(jid.user()));
    }

    /**
     * Finds a device by an address.
     *
     * @param jid by phone number or LID; without a device it is the phone
     * @return the device, or nothing if it is not linked
     */
    public Optional<Device> findDevice(Jid jid) {
        return find(jid).flatMap(account -> account.device(jid.device()));
    }

    private Account create(String name) {
        if (byName.size() >= limit) {
            throw new IllegalStateException("there are " + byName.size() + " accounts already, which is the limit");
        }
        Account account = new Account(
                name,
                Jid.phone(digits("phone", name, "1555", 7, byPhoneNumber)),
                Jid.lid(digits("lid", name, "2", 14, byLid)),
                random.keyPair(),
                random.keyPair(),
                newRawId());
        byName.put(name, account);
        byPhoneNumber.put(account.phoneNumber().user(), account);
        byLid.put(account.lid().user(), account);
        account.add(new Device(account, 0, new byte[0], phoneKeys(account), new byte[0]));
        onCreated.accept(account);
        return account;
    }

    /**
     * Gives an account new keys, as a phone does that was set up anew.
     *
     * @param account whose
     */
    public void reinstall(Account account) {
        account.reinstalled(random.keyPair(), random.keyPair(), newRawId());
        account.phone().keys(phoneKeys(account));
    }

    private int newRawId() {
        return 1 + random.below(Integer.MAX_VALUE - 1);
    }

    private DeviceKeys phoneKeys(Account account) {
        KeyPair preKey = account.phonePreKey();
        byte[] signature =
                Curve25519.sign(account.key().privateKey(), RegisteredPreKey.signedBytes(preKey.publicKey()));
        return new DeviceKeys(
                1 + random.below(REGISTRATION_IDS),
                account.key().publicKey(),
                new RegisteredPreKey(PHONE_SIGNED_PRE_KEY_ID, preKey.publicKey(), signature));
    }

    /** Digits that depend on the name alone, unless another name already has them. */
    private static String digits(String kind, String name, String prefix, int count, Map<String, Account> taken) {
        for (int attempt = 0; ; attempt++) {
            byte[] hash = Digests.sha256((kind + '/' + attempt + '/' + name).getBytes(StandardCharsets.UTF_8));
            StringBuilder digits = new StringBuilder(prefix);
            for (int i = 0; i < count; i++) {
                digits.append((char) ('0' + (hash[i] & 0xff) % 10));
            }
            if (!taken.containsKey(digits.toString())) {
                return digits.toString();
            }
        }
    }
}
