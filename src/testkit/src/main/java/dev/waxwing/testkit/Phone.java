package dev.waxwing.testkit;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.testkit.phone.PhoneMessage;
import dev.waxwing.testkit.phone.SimulatedPhone;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The simulated phone of one account, as its owner uses it. Methods may be called from any thread. */
public final class Phone {

    private static final Duration WAIT = Duration.ofSeconds(30);

    private final World world;
    private final Account account;
    private final SimulatedPhone phone;

    Phone(World world, Account account, SimulatedPhone phone) {
        this.world = world;
        this.account = account;
        this.phone = phone;
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

    /**
     * Writes to a person or a group, as the phone's owner: the message goes to all devices of the other side and, as a
     * copy, to the companions. Waits until the server has it, at most 30 seconds.
     *
     * @param to the person by phone number or LID, or the group; a device in it does not matter
     * @param text what to write
     * @return the message as it was sent
     * @throws IllegalArgumentException if nobody has that address, or the phone's account is not in the group
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public PhoneMessage sendText(Jid to, String text) {
        requireNonNull(to, "to");
        requireNonNull(text, "text");
        return send(to, Message.newBuilder().setConversation(text).build());
    }

    /**
     * Sends any content as the phone's owner; else like {@link #sendText}.
     *
     * @param to the person by phone number or LID, or the group; a device in it does not matter
     * @param content what to send, without the wrapper for own devices
     * @return the message as it was sent
     * @throws IllegalArgumentException if nobody has that address, or the phone's account is not in the group
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public PhoneMessage send(Jid to, Message content) {
        requireNonNull(to, "to");
        requireNonNull(content, "content");
        return answer(phone.send(to, content));
    }

    /**
     * What others wrote to this account, as far as the phone can read it: what was encrypted for device 0, or for a
     * group. The phone reads what came so far before this returns, and from then on reads each message as it comes. It
     * keeps 2,000 messages.
     *
     * @return oldest first; a snapshot
     * @throws IllegalStateException if the server is closed, or does not answer within 30 seconds
     */
    public List<PhoneMessage> received() {
        return messages().stream().filter(message -> !message.fromMe()).toList();
    }

    /**
     * Everything the phone has: what others wrote, what it sent itself, and what its companions sent.
     *
     * @return oldest first; a snapshot
     * @throws IllegalStateException if the server is closed, or does not answer within 30 seconds
     */
    public List<PhoneMessage> messages() {
        return answer(phone.messages());
    }

    /**
     * Waits for a message among {@link #messages()}.
     *
     * @param wanted tells it
     * @param timeout how long to wait at most
     * @return the first there is
     * @throws IllegalStateException if none came in time
     * @throws InterruptedException if the thread is interrupted
     */
    public PhoneMessage await(Predicate<PhoneMessage> wanted, Duration timeout) throws InterruptedException {
        requireNonNull(wanted, "wanted");
        return phone.await(wanted, requireNonNull(timeout, "timeout"))
                .orElseThrow(() -> new IllegalStateException("no such message reached " + this + " within " + timeout));
    }

    /**
     * Switches the phone on or off; phones are on at first. One that is off answers nothing: no copy of a companion's
     * message is confirmed and no request of a companion served. What comes meanwhile waits for it, as far as its
     * mailbox of 256 goes.
     *
     * @param online whether it is on
     */
    public void setOnline(boolean online) {
        phone.setOnline(online);
    }

    /**
     * Installs the phone anew, as on another handset without a backup: the account gets another key, every companion
     * loses its link, the phone forgets its messages and sessions, and contacts are told of the new identity. Contacts
     * are those who exchanged messages with the account or share a group.
     */
    public void rotateIdentity() {
        world.ask(() -> {
            world.reinstall(account);
            return true;
        });
    }

    private static <T> T answer(CompletableFuture<T> future) {
        try {
            return future.get(WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the phone failed", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the phone did not answer within " + WAIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the phone", e);
        }
    }

    @Override
    public String toString() {
        return "Phone[" + account.name() + " " + account.phoneNumber() + "]";
    }
}
