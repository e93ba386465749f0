package dev.waxwing.testkit;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.Account;
import dev.waxwing.testkit.server.Device;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.World;
import java.util.List;
import java.util.Optional;

/** The simulated phone of one account, as its owner uses it. Methods may be called from any thread. */
public final class Phone {

    private final World world;
    private final Account account;

    Phone(World world, Account account) {
        this.world = world;
        this.account = account;
    }

    /**
     * The account's name.
     *
     * @return what it was created with
     */
    public String name() {
        return account.name();
    }

    /**
     * The account by phone number.
     *
     * @return without a device
     */
    public Jid jid() {
        return account.phoneNumber();
    }

    /**
     * The account by LID.
     *
     * @return without a device
     */
    public Jid lid() {
        return account.lid();
    }

    /**
     * The companions that are linked.
     *
     * @return by phone number, with their devices; the phone itself is not among them
     */
    public List<Jid> companions() {
        return world.ask(
                () -> account.companions().stream().map(Device::phoneNumberJid).toList());
    }

    /**
     * Scans a QR code with this phone, whatever push name the client has.
     *
     * @param qrText as shown, with or without the link before it
     * @throws ScanRefusedException if the code is not what a waiting client shows
     */
    public void scanQr(String qrText) {
        world.ask(() -> world.scan(qrText, Optional.of(account)));
    }

    /**
     * Ends the link of a companion, as from the phone's list of linked devices.
     *
     * @param companion by phone number or LID, with the device
     * @throws IllegalArgumentException if it is none of this account
     */
    public void removeCompanion(Jid companion) {
        world.ask(() -> {
            Device device = world.accounts()
                    .findDevice(companion)
                    .filter(found -> found.account() == account && !found.isPhone())
                    .orElseThrow(() -> new IllegalArgumentException(companion + " is no companion of " + name()));
            world.remove(device);
            return true;
        });
    }

    @Override
    public String toString() {
        return "Phone[" + account.name() + " " + account.phoneNumber() + "]";
    }
}
