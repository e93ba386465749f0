package dev.waxwing.testkit;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ReactionMessage;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.testkit.phone.MediaRetryReply;
import dev.waxwing.testkit.phone.PhoneMessage;
import dev.waxwing.testkit.phone.SimulatedPhone;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
     * Types a pairing code that a client asked for with this phone's number. Waits for the client's answer, at most 30
     * seconds; pair-success is on its way when this returns.
     *
     * @param code as shown, with or without a dash, upper or lower case
     * @throws ScanRefusedException if no client waits for this phone, the code is another than the client's, or the
     *     client does not go on
     * @throws IllegalStateException if the server is closed, or does not answer in time
     */
    public void enterPairingCode(String code) {
        requireNonNull(code, "code");
        answer(world.ask(() -> world.enterPairingCode(account, code)));
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
     * Posts a status for some people and the account's own companions; else like {@link #send}.
     *
     * @param content what to post, or what takes back an earlier post
     * @param viewers whom it is for, by phone number or LID
     * @return the post as it was sent
     * @throws IllegalArgumentException if nobody is named, or nobody has one of the addresses
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public PhoneMessage postStatus(Message content, Jid... viewers) {
        return sendToList(Jid.STATUS_BROADCAST, content, viewers);
    }

    /**
     * Sends a message to a broadcast list: each of them has it from this account in the chat with it; else like
     * {@link #send}.
     *
     * @param list the list, as {@code 1700000000@broadcast}
     * @param content what to send
     * @param people who is on the list, by phone number or LID
     * @return the message as it was sent
     * @throws IllegalArgumentException if nobody is named, nobody has one of the addresses, or it is no list
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public PhoneMessage sendToList(Jid list, Message content, Jid... people) {
        if (!requireNonNull(list, "list").isBroadcast() || people.length == 0) {
            throw new IllegalArgumentException("a message to " + list + " for " + people.length + " people");
        }
        return answer(phone.send(list, requireNonNull(content, "content"), List.of(people)));
    }

    /**
     * Views a status that this phone has; its author is told.
     *
     * @param status among {@link #received}
     * @throws IllegalStateException if the phone is off
     */
    public void viewStatus(PhoneMessage status) {
        phone.view(requireNonNull(status, "status"));
    }

    /**
     * Reacts to a status that this phone has; only its author is told.
     *
     * @param status among {@link #received}
     * @param emoji the reaction
     * @return the reaction as it was sent
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public PhoneMessage reactToStatus(PhoneMessage status, String emoji) {
        return sendToList(
                Jid.STATUS_BROADCAST,
                Message.newBuilder()
                        .setReactionMessage(ReactionMessage.newBuilder()
                                .setKey(MessageKey.newBuilder()
                                        .setRemoteJID(Jid.STATUS_BROADCAST.toString())
                                        .setID(status.id())
                                        .setParticipant(status.author().toString()))
                                .setText(requireNonNull(emoji, "emoji")))
                        .build(),
                status.author());
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
     * Chooses what the phone answers companions that ask it to upload a media file once more, because it has expired
     * ({@link dev.waxwing.testkit.area.media.MediaHost#expire}). At first it uploads what it has; for that the phone
     * must be able to read the message.
     *
     * @param reply what it answers from now on
     */
    public void answerMediaRetries(MediaRetryReply reply) {
        phone.answerMediaRetries(requireNonNull(reply, "reply"));
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

    /**
     * Makes a group; the phone's account runs it.
     *
     * @param subject at most 100 characters
     * @param members by phone number or LID, without the phone's own account
     * @return the group
     * @throws IllegalStateException if anybody could not be put into it, or the phone is off
     */
    public PhoneGroup createGroup(String subject, Jid... members) {
        return create(subject, PhoneGroup.participants(members));
    }

    /**
     * Makes a community with its announcement group; the phone's account runs it.
     *
     * @param subject at most 100 characters
     * @param members by phone number or LID, without the phone's own account
     * @return the community, which is a group that nobody writes to; its groups are in {@link PhoneGroup#subGroups}
     * @throws IllegalStateException if anybody could not be put into it, or the phone is off
     */
    public PhoneGroup createCommunity(String subject, Jid... members) {
        List<Node> children = new ArrayList<>(PhoneGroup.participants(members));
        children.add(Node.builder("parent").build());
        return create(subject, children);
    }

    private PhoneGroup create(String subject, List<Node> children) {
        Node group = PhoneGroup.ask(
                        phone,
                        Jid.GROUP_SERVER,
                        "set",
                        Node.builder("create")
                                .attr("subject", requireNonNull(subject, "subject"))
                                .children(children)
                                .build())
                .requireChild("group");
        List<String> failed = group.children("participant").stream()
                .filter(participant -> participant.hasAttr("error"))
                .map(participant -> participant.requireJid("jid") + " " + participant.attr("error"))
                .toList();
        if (!failed.isEmpty()) {
            throw new IllegalStateException("could not put in " + String.join(", ", failed));
        }
        return group(Jid.group(group.requireAttr("id")));
    }

    /**
     * A group or community as this phone's owner handles it. Nothing is asked of the server yet.
     *
     * @param group its address
     * @return the group, whether the account is in it or not
     */
    public PhoneGroup group(Jid group) {
        if (!requireNonNull(group, "group").isGroup()) {
            throw new IllegalArgumentException("group must be the address of a group but was " + group);
        }
        return new PhoneGroup(this, phone, group);
    }

    /**
     * The groups and communities of the account.
     *
     * @return in order of their creation
     */
    public List<PhoneGroup> groups() {
        return PhoneGroup.ask(
                        phone,
                        Jid.GROUP_SERVER,
                        "get",
                        Node.builder("participating").build())
                .requireChild("groups")
                .children()
                .stream()
                .map(group -> group(Jid.group(group.requireAttr("id"))))
                .toList();
    }

    /**
     * Joins a group by its invite link.
     *
     * @param inviteCode what stands behind {@code https://chat.whatsapp.com/}
     * @return the group, which the account is in, or waits to be let into by an admin
     * @throws IllegalStateException if the code is not good, or the account is in the group
     */
    public PhoneGroup join(String inviteCode) {
        Node answer = PhoneGroup.ask(
                phone,
                Jid.GROUP_SERVER,
                "set",
                Node.builder("invite")
                        .attr("code", requireNonNull(inviteCode, "inviteCode"))
                        .build());
        return group(answer.children().get(0).requireJid("jid"));
    }

    /**
     * Sets an action of the application state, as its owner does on the phone. Companions are told.
     *
     * @param collection the name of the collection, for example {@code regular_low}
     * @param version of the action
     * @param value what to set
     * @param index the action's name, then what it is about
     * @throws IllegalArgumentException if there is no such collection
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public void setState(String collection, int version, SyncActionValue value, String... index) {
        write(collection, new StateAction(List.of(index), requireNonNull(value, "value"), version, false));
    }

    /**
     * Removes an action from the application state; else like {@link #setState}.
     *
     * @param collection the name of the collection
     * @param index the action's name, then what it is about
     */
    public void removeState(String collection, String... index) {
        write(collection, new StateAction(List.of(index), SyncActionValue.getDefaultInstance(), 1, true));
    }

    private void write(String collection, StateAction action) {
        StateCollection known = collection(collection);
        answer(phone.writeState(known, action));
    }

    /**
     * The application state as this phone reads it, all MACs checked.
     *
     * @param collection the name of the collection
     * @return what is set, by index; a snapshot
     * @throws IllegalArgumentException if there is no such collection
     * @throws dev.waxwing.error.ProtocolViolationException if what companions wrote is not sound
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public Map<List<String>, SyncActionValue> state(String collection) {
        StateCollection known = collection(collection);
        return answer(phone.readState(known));
    }

    private static StateCollection collection(String name) {
        return StateCollection.named(requireNonNull(name, "collection"))
                .orElseThrow(() -> new IllegalArgumentException("no collection " + name));
    }

    /**
     * Makes another key, by which the phone writes the application state from now on.
     *
     * @param share whether companions get it; those that do not have to ask for it
     * @throws IllegalStateException if the phone is off, or the server is closed or does not answer in time
     */
    public void renewStateKey(boolean share) {
        answer(phone.renewStateKey(share));
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
