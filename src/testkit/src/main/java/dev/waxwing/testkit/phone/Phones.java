package dev.waxwing.testkit.phone;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The simulated phones of one server. Belongs to the world's thread, save where it says otherwise. */
public final class Phones implements AutoCloseable {

    private final Map<Account, SimulatedPhone> phones = new HashMap<>();
    private final PhoneWorker worker = new PhoneWorker();
    private @Nullable World world;
    private @Nullable PhoneLine line;

    /** Creates the phones of one server; they work once they are connected. */
    public Phones() {}

    /**
     * Gives the phones the server.
     *
     * @param world the server's state
     * @param line what they have of it
     */
    public void connect(World world, PhoneLine line) {
        this.world = world;
        this.line = line;
    }

    /**
     * The phone of an account.
     *
     * @param account whose phone
     * @return the phone, which does nothing until it is used
     */
    public SimulatedPhone of(Account account) {
        return phones.computeIfAbsent(account, this::create);
    }

    private SimulatedPhone create(Account account) {
        return new SimulatedPhone(requireNonNull(world, "world"), account, requireNonNull(line, "line"), worker);
    }

    /**
     * Gives a phone what is for device 0. It is put by, and looked at when the phone is used.
     *
     * @param phone device 0 of an account
     * @param stanza complete
     */
    public void deliver(Device phone, Node stanza) {
        if (SimulatedPhone.caresFor(stanza)) {
            of(phone.account()).deliver(stanza);
        }
    }

    /**
     * Has a phone share its keys, its history and its name with a companion, some time soon.
     *
     * @param companion logged in for the first time
     */
    public void bootstrap(Device companion) {
        of(companion.account()).bootstrap(companion);
    }

    /**
     * Whether a phone answers. Creates nothing.
     *
     * @param account whose phone
     * @return true unless it was switched off
     */
    public boolean isOnline(Account account) {
        SimulatedPhone phone = phones.get(account);
        return phone == null || phone.isOnline();
    }

    /**
     * A phone was installed anew: it has other keys and knows nothing of before.
     *
     * @param account whose phone
     */
    public void reinstalled(Account account) {
        SimulatedPhone phone = phones.get(account);
        if (phone != null) {
            phone.reinstalled();
        }
    }

    /** Ends the phones' thread. Any thread but that one and the world's. */
    @Override
    public void close() {
        worker.close();
    }
}
