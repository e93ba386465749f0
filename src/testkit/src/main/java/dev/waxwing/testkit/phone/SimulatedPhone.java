package dev.waxwing.testkit.phone;

import com.google.protobuf.ByteString;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestType;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.e2e.SenderKeyDistributionMessage;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.DeviceKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device 0 of one account. The server's thread puts stanzas into its mailbox; the phones' thread decrypts and encrypts,
 * and asks the server's thread for what it needs to know. A mailbox is emptied when a companion asks the phone for
 * something, and from its first use by a test on at once.
 */
public final class SimulatedPhone {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedPhone.class);

    /** The oldest makes room: a sender that never had an answer repeats in each message what begins its session. */
    private static final int MAX_MAIL = 256;

    private static final int ID_BYTES = 9;

    private final World world;
    private final Account account;
    private final PhoneLine line;
    private final PhoneWorker worker;
    private final PhoneHistory history = new PhoneHistory();

    // The world's thread.
    private final Deque<Node> mail = new ArrayDeque<>();
    private boolean online = true;
    private boolean inUse;
    private boolean awake;

    private volatile MediaRetryReply mediaRetryReply = MediaRetryReply.SUCCESS;

    /** Stands for the time since the phone was last installed. Changed on the world's thread, read on both. */
    private volatile Object installation = new Object();

    // The phones' thread.
    private @Nullable Installed installed;

    /** Keys and sessions, and since when. */
    private record Installed(Object installation, PhoneSignal signal, PhoneState state) {}

    /** A stanza with what the server knows of its sender. People are named by phone number, devices by LID. */
    private record Mail(Node stanza, Device sender, Jid lid, Jid chat, boolean own) {}

    /** A device that a message goes to. */
    private record Target(Device device, Jid lid, Jid address, boolean own) {}

    /** What a message to a chat needs to be known. */
    private record Plan(String id, Instant now, Jid chat, boolean byLid, List<Target> targets) {}

    SimulatedPhone(World world, Account account, PhoneLine line, PhoneWorker worker) {
        this.world = world;
        this.account = account;
        this.line = line;
        this.worker = worker;
    }

    /** Whether a stanza means anything to a phone. */
    static boolean caresFor(Node stanza) {
        return switch (stanza.tag()) {
            case "message", "status" -> true;
            case "receipt" -> "retry".equals(stanza.attr("type")) || asksForMedia(stanza);
            case "notification" -> stanza.child("identity") != null;
            default -> false;
        };
    }

    private static boolean asksForMedia(Node stanza) {
        return stanza.tag().equals("receipt") && "server-error".equals(stanza.attr("type"));
    }

    void deliver(Node stanza) {
        if (mail.size() >= MAX_MAIL) {
            mail.remove();
        }
        mail.add(stanza);
        if (inUse || "peer".equals(stanza.attr("category")) || asksForMedia(stanza)) {
            wake();
        }
    }

    private void wake() {
        if (online && !awake && !mail.isEmpty()) {
            awake = true;
            worker.tell(this::readMail);
        }
    }

    boolean isOnline() {
        return online;
    }

    void reinstalled() {
        installation = new Object();
        mail.clear();
        history.clear();
    }

    /**
     * Switches the phone on or off. Any thread.
     *
     * @param online false: it answers nothing, and what comes waits for it
     */
    public void setOnline(boolean online) {
        world.ask(() -> {
            this.online = online;
            wake();
            return true;
        });
    }

    /**
     * Chooses what is answered to companions that ask for a media file once more. Any thread.
     *
     * @param reply what is answered from now on
     */
    public void answerMediaRetries(MediaRetryReply reply) {
        mediaRetryReply = reply;
    }

    /**
     * Everything the phone has, as soon as it has read what came so far. Any thread.
     *
     * @return completes with the messages, oldest first
     */
    public CompletableFuture<List<PhoneMessage>> messages() {
        use();
        return worker.ask(() -> {
            readMail();
            return history.all();
        });
    }

    /**
     * Waits for a message. Any thread but the server's own ones.
     *
     * @param wanted tells it
     * @param timeout how long to wait at most
     * @return the first there is, or nothing if none came
     * @throws InterruptedException if the thread is interrupted
     */
    public Optional<PhoneMessage> await(Predicate<PhoneMessage> wanted, Duration timeout) throws InterruptedException {
        use();
        return history.await(wanted, timeout);
    }

    private void use() {
        world.ask(() -> {
            inUse = true;
            wake();
            return true;
        });
    }

    /**
     * Asks the server something, as over a connection. Any thread.
     *
     * @param to whom the question is for
     * @param type {@code get} or {@code set}
     * @param xmlns the namespace
     * @param child the question
     * @return the answer, which may be an error
     * @throws IllegalStateException if the phone is off
     */
    public Node request(Jid to, String type, String xmlns, Node child) {
        return world.ask(() -> {
            requireOnline();
            return world.request(
                    account.phone(),
                    Node.builder("iq")
                            .attr("id", world.nextId())
                            .attr("to", to)
                            .attr("type", type)
                            .attr("xmlns", xmlns)
                            .child(child)
                            .build());
        });
    }

    private void requireOnline() {
        if (!online) {
            throw new IllegalStateException("the phone of " + account.name() + " is off");
        }
    }

    /**
     * Sends a message to a person or a group, and a copy to the own companions. Any thread.
     *
     * @param to the person by phone number or LID, or the group
     * @param content what to send
     * @return completes when the server has it; fails with an {@link IllegalArgumentException} if nobody has that
     *     address, and an {@link IllegalStateException} if the phone is off
     */
    public CompletableFuture<PhoneMessage> send(Jid to, Message content) {
        return send(to, content, List.of());
    }

    /**
     * Sends a message to a chat that does not say itself whom it is for: the status, or a broadcast list. A reaction goes
     * pairwise, everything else by the key that all of them share. Any thread.
     *
     * @param to the chat
     * @param content what to send
     * @param recipients the people; none for a person or a group
     * @return as {@link #send(Jid, Message)}
     */
    public CompletableFuture<PhoneMessage> send(Jid to, Message content, List<Jid> recipients) {
        use();
        return worker.ask(() -> {
            readMail();
            Plan plan = world.ask(() -> plan(to.withoutDevice(), recipients));
            PhoneMessage message =
                    new PhoneMessage(plan.id(), plan.chat(), account.phoneNumber(), true, plan.now(), content);
            boolean isShared = plan.chat().isGroup() || (!recipients.isEmpty() && !content.hasReactionMessage());
            Node stanza = isShared ? toAll(plan, content) : toPerson(plan, to.withoutDevice(), content);
            history.add(message);
            send(stanza);
            return message;
        });
    }

    /**
     * Says that the owner has viewed a status. Any thread.
     *
     * @param status what the phone has
     */
    public void view(PhoneMessage status) {
        world.ask(() -> {
            requireOnline();
            line.receipt(
                    account.phone(),
                    Node.builder("receipt")
                            .attr("id", status.id())
                            .attr("to", status.chat())
                            .attr("type", "read")
                            .attr("participant", status.author())
                            .attr("t", world.clock().seconds())
                            .build());
            return true;
        });
    }

    private Plan plan(Jid to, List<Jid> recipients) {
        requireOnline();
        Device phone = account.phone();
        boolean byLid = line.isByLid(to);
        List<Device> audience = recipients.isEmpty() ? line.audience(phone, to) : line.devicesOf(phone, recipients);
        List<Target> targets = audience.stream()
                .filter(device -> device != phone)
                .map(device -> target(device, byLid))
                .toList();
        String id =
                "3A" + HexFormat.of().withUpperCase().formatHex(world.random().bytes(ID_BYTES));
        return new Plan(id, Instant.ofEpochSecond(world.clock().seconds()), named(to), byLid, targets);
    }

    private Target target(Device device, boolean byLid) {
        Jid address = byLid ? device.lidJid() : device.phoneNumberJid();
        return new Target(device, device.lidJid(), address, device.account() == account);
    }

    private Node toPerson(Plan plan, Jid to, Message content) {
        Message copy = forOwnDevices(to, content);
        List<Node> participants = new ArrayList<>();
        for (Target target : plan.targets()) {
            participants.add(participant(target, target.own() ? copy : content));
        }
        return message(plan.id(), to)
                .child(Node.builder("participants").children(participants).build())
                .build();
    }

    private Node toAll(Plan plan, Message content) {
        Jid group = plan.chat();
        Set<Jid> holders = plan.targets().stream().map(Target::lid).collect(Collectors.toSet());
        signal().shareKey(group, holders);
        Message key = Message.newBuilder()
                .setSenderKeyDistributionMessage(SenderKeyDistributionMessage.newBuilder()
                        .setGroupID(group.toString())
                        .setAxolotlSenderKeyDistributionMessage(ByteString.copyFrom(signal().senderKey(group))))
                .build();
        List<Node> participants =
                plan.targets().stream().map(target -> participant(target, key)).toList();
        return message(plan.id(), group)
                .attrIfPresent("addressing_mode", !group.isGroup() ? null : plan.byLid() ? "lid" : "pn")
                .child(Node.builder("participants").children(participants).build())
                .child(Node.builder("enc")
                        .attr("v", "2")
                        .attr("type", "skmsg")
                        .bytes(signal().encryptFor(group, content))
                        .build())
                .build();
    }

    private static Node.Builder message(String id, Jid to) {
        return Node.builder("message").attr("id", id).attr("to", to).attr("type", "text");
    }

    private Node participant(Target target, Message content) {
        if (!signal().hasSession(target.lid())) {
            renewSession(target.device(), target.lid());
        }
        return Node.builder("to")
                .attr("jid", target.address())
                .child(enc(target.lid(), content).build())
                .build();
    }

    private void renewSession(Device device, Jid lid) {
        signal().buildSession(lid, world.ask(() -> line.takeBundle(device)));
    }

    private Node.Builder enc(Jid lid, Message content) {
        Ciphertext ciphertext = signal().encrypt(lid, content);
        return Node.builder("enc")
                .attr("v", "2")
                .attr("type", ciphertext.type().wireName())
                .bytes(ciphertext.bytes());
    }

    private static Message forOwnDevices(Jid chat, Message content) {
        return Message.newBuilder()
                .setMessageContextInfo(content.getMessageContextInfo())
                .setDeviceSentMessage(DeviceSentMessage.newBuilder()
                        .setDestinationJID(chat.toString())
                        .setMessage(content))
                .build();
    }

    private void send(Node stanza) {
        world.ask(() -> {
            line.send(account.phone(), stanza);
            return true;
        });
    }

    private PhoneSignal signal() {
        return installed().signal();
    }

    private Installed installed() {
        Installed current = installed;
        if (current == null || current.installation() != installation) {
            current = world.ask(() -> new Installed(
                    installation,
                    install(),
                    new PhoneState(
                            PhoneBootstrap.newKey(
                                    account, world.random(), world.clock().seconds()),
                            child -> request(Jid.SERVER, "set", "w:sync:app:state", child))));
            installed = current;
        }
        return current;
    }

    /**
     * Shares with a new companion what a real phone does. The world's thread; nothing comes of it while the phone is
     * off.
     */
    void bootstrap(Device companion) {
        if (online) {
            Jid lid = companion.lidJid();
            Jid address = companion.phoneNumberJid();
            worker.tell(() -> {
                readMail();
                Map<Jid, Jid> lids = world.ask(this::lidsOfChats);
                if (!signal().hasSession(lid)) {
                    renewSession(companion, lid);
                }
                sendAsPeer(
                        address,
                        lid,
                        PhoneBootstrap.keyShare(installed().state().keys()));
                sendAsPeer(address, lid, PhoneBootstrap.history(history.all(), lids));
                sendAsPeer(address, lid, PhoneBootstrap.pushName(account.phoneNumber(), world.ask(account::pushName)));
            });
        }
    }

    private Map<Jid, Jid> lidsOfChats() {
        Map<Jid, Jid> lids = new LinkedHashMap<>();
        lids.put(account.phoneNumber(), account.lid());
        history.all()
                .forEach(message -> world.accounts()
                        .find(message.chat())
                        .ifPresent(other -> lids.put(other.phoneNumber(), other.lid())));
        return lids;
    }

    /**
     * Writes the application state. Any thread.
     *
     * @param collection where
     * @param action what to do
     * @return completes when the server has it
     */
    public CompletableFuture<Boolean> writeState(StateCollection collection, StateAction action) {
        return state(state -> {
            state.write(collection, action);
            return true;
        });
    }

    /**
     * Reads the application state. Any thread.
     *
     * @param collection which
     * @return completes with what is set, by index; fails if what companions wrote is not sound
     */
    public CompletableFuture<Map<List<String>, SyncActionValue>> readState(StateCollection collection) {
        return state(state -> state.read(collection));
    }

    private <T> CompletableFuture<T> state(Function<PhoneState, T> use) {
        use();
        return worker.ask(() -> {
            readMail();
            return use.apply(installed().state());
        });
    }

    /**
     * Makes another key of the application state, by which the phone writes from now on. Any thread.
     *
     * @param share whether the companions get it; they have to ask for it otherwise
     * @return completes when it is on its way
     */
    public CompletableFuture<Boolean> renewStateKey(boolean share) {
        return state(state -> {
            AppStateSyncKey key = world.ask(() -> PhoneBootstrap.newKey(
                    account,
                    world.random(),
                    world.clock().seconds() + state.keys().size()));
            state.add(key);
            if (share) {
                for (Device companion : world.ask(account::companions)) {
                    if (!signal().hasSession(companion.lidJid())) {
                        renewSession(companion, companion.lidJid());
                    }
                    share(companion.phoneNumberJid(), companion.lidJid(), List.of(key));
                }
            }
            return share;
        });
    }

    private void share(Jid companion, Jid lid, List<AppStateSyncKey> keys) {
        sendAsPeer(companion, lid, PhoneBootstrap.keyShare(keys));
    }

    private void sendAsPeer(Jid companion, Jid lid, Message content) {
        send(message(world.ask(world::nextId), companion)
                .attr("category", "peer")
                .child(enc(lid, content).build())
                .build());
    }

    private PhoneSignal install() {
        DeviceKeys keys = account.phone().keys();
        return new PhoneSignal(
                account.key(),
                new SignedPreKey(
                        keys.signedPreKey().id(),
                        account.phonePreKey(),
                        keys.signedPreKey().signature()),
                keys.registrationId());
    }

    private void readMail() {
        for (Mail one : world.ask(this::takeMail)) {
            try {
                switch (one.stanza().tag()) {
                    case "message", "status" -> received(one);
                    case "receipt" -> {
                        if (asksForMedia(one.stanza())) {
                            uploadAgain(one);
                        } else {
                            sendAgain(one);
                        }
                    }
                    default -> signal().forget(one.lid().withoutDevice());
                }
            } catch (WaxwingException e) {
                LOG.debug("{} could not read {} of {}", this, one.stanza().attr("id"), one.lid(), e);
            }
        }
    }

    private List<Mail> takeMail() {
        awake = false;
        if (!online) {
            return List.of();
        }
        List<Mail> taken =
                mail.stream().map(this::describe).flatMap(Optional::stream).toList();
        mail.clear();
        return taken;
    }

    private Optional<Mail> describe(Node stanza) {
        Jid from = stanza.requireJid("from");
        Jid address = from.isUser() ? from : stanza.jid("participant");
        if (address == null) {
            return Optional.empty();
        }
        return world.accounts().findDevice(address).map(sender -> {
            boolean own = sender.account() == account;
            Jid recipient = stanza.jid("recipient");
            Jid chat = named(own && recipient != null ? recipient : from);
            return new Mail(stanza, sender, sender.lidJid(), chat, own);
        });
    }

    private Jid named(Jid chat) {
        return world.accounts().find(chat).map(Account::phoneNumber).orElse(chat.withoutDevice());
    }

    private void received(Mail one) {
        Optional<Message> opened = signal().open(one.stanza(), one.lid());
        if (opened.isEmpty()) {
            return;
        }
        Message content = opened.get();
        ProtocolMessage protocol = content.getProtocolMessage();
        if (one.own() && protocol.hasPeerDataOperationRequestMessage()) {
            answer(one, protocol.getPeerDataOperationRequestMessage());
            return;
        }
        if (one.own() && protocol.hasAppStateSyncKeyRequest()) {
            share(
                    one.stanza().requireJid("from"),
                    one.lid(),
                    installed().state().answer(protocol.getAppStateSyncKeyRequest()));
            return;
        }
        if ("peer".equals(one.stanza().attr("category"))) {
            return;
        }
        if (one.own() && content.hasDeviceSentMessage()) {
            content = content.getDeviceSentMessage().getMessage();
        }
        history.add(new PhoneMessage(
                one.stanza().requireAttr("id"),
                one.chat(),
                one.sender().account().phoneNumber(),
                one.own(),
                Instant.ofEpochSecond(one.stanza().longAttr("t", 0)),
                content));
    }

    /** A companion asks for messages that it could not read. */
    private void answer(Mail one, PeerDataOperationRequestMessage request) {
        if (request.getPeerDataOperationRequestType() != PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND) {
            return;
        }
        Message answer = PlaceholderAnswer.to(one.stanza().requireAttr("id"), request, history);
        sendAsPeer(one.stanza().requireJid("from"), one.lid(), answer);
    }

    /** A companion could not download what a message names. */
    private void uploadAgain(Mail one) {
        MediaReupload.answer(
                        one.stanza(),
                        history.find(one.stanza().requireAttr("id")),
                        mediaRetryReply,
                        sha256 -> world.ask(() -> line.uploadAgain(sha256)))
                .ifPresent(answer -> world.tell(() -> line.deliver(
                        one.sender(),
                        answer.attr("from", account.phoneNumber())
                                .attr("t", world.clock().seconds())
                                .build())));
    }

    /** A device could not read what this phone sent it. */
    private void sendAgain(Mail one) {
        Optional<PhoneMessage> sent =
                history.find(one.stanza().requireAttr("id")).filter(PhoneMessage::fromMe);
        if (sent.isEmpty()) {
            return;
        }
        PhoneMessage message = sent.get();
        renewSession(one.sender(), one.lid());
        Message content = one.own() ? forOwnDevices(message.chat(), message.content()) : message.content();
        Jid from = one.stanza().requireJid("from");
        int count = one.stanza().requireChild("retry").intAttr("count", 1);
        Node again = enc(one.lid(), content).attr("count", count).build();
        Node.Builder stanza = message(message.id(), from)
                .attrIfPresent("recipient", one.own() && from.isUser() ? message.chat() : null);
        if (from.isBroadcast()) {
            Node to = Node.builder("to").attr("jid", one.lid()).child(again).build();
            stanza.child(Node.builder("participants").child(to).build());
        } else {
            stanza.attrIfPresent("participant", one.stanza().jid("participant")).child(again);
        }
        send(stanza.build());
    }

    @Override
    public String toString() {
        return "SimulatedPhone[" + account.phoneNumber() + "]";
    }
}
