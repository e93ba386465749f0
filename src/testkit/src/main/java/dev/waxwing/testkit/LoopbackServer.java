package dev.waxwing.testkit;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.testkit.admin.AdminArea;
import dev.waxwing.testkit.area.Areas;
import dev.waxwing.testkit.area.media.MediaHost;
import dev.waxwing.testkit.server.Connections;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.ServerCore;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.ShiftedClock;
import dev.waxwing.testkit.traffic.Faults;
import dev.waxwing.testkit.traffic.Journal;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A server for tests: speaks the service's protocol on the loopback address and simulates the phones. Any number may
 * run in one JVM; each has accounts, keys and certificates of its own.
 *
 * <pre>{@code
 * try (LoopbackServer server = LoopbackServer.start()) {
 *     // connect to server.uri(), trusting server.caCertificate() and server.noiseRootPublicKey()
 *     server.phone("Alice").scanQr(qrText);
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread; those that look into the server wait for its thread, for milliseconds.
 */
public final class LoopbackServer implements AutoCloseable {

    private final ServerCore core;
    private final Areas areas;

    LoopbackServer(ServerCore core, Areas areas) {
        this.core = core;
        this.areas = areas;
    }

    /**
     * Starts a server on free ports, lenient, with neither seed group nor bootstrap.
     *
     * @return a server that accepts clients, to be closed
     */
    public static LoopbackServer start() {
        return builder().start();
    }

    /**
     * Sets a server up.
     *
     * @return a builder with the defaults of {@link #start()}
     */
    public static LoopbackServerBuilder builder() {
        return new LoopbackServerBuilder();
    }

    static LoopbackServer start(LoopbackServerBuilder builder) {
        Areas areas = Areas.create();
        List<ServerArea> all = new ArrayList<>(areas.all());
        all.add(new AdminArea(areas));
        return new LoopbackServer(ServerCore.start(builder.settings(), all), areas);
    }

    /**
     * Where clients connect.
     *
     * @return {@code wss://127.0.0.1:<port>/ws/chat}
     */
    public URI uri() {
        return URI.create("wss://127.0.0.1:" + core.port() + "/ws/chat");
    }

    /**
     * Where clients connect without TLS, to look at the traffic.
     *
     * @return {@code ws://127.0.0.1:<port>/ws/chat}
     */
    public URI cleartextUri() {
        return URI.create("ws://127.0.0.1:" + core.cleartextPort() + "/ws/chat");
    }

    /**
     * The port of TLS clients, HTTPS included.
     *
     * @return the port
     */
    public int port() {
        return core.port();
    }

    /**
     * What a client's TLS must trust.
     *
     * @return the certificate authority
     */
    public X509Certificate caCertificate() {
        return core.caCertificate();
    }

    /**
     * What a client's TLS must trust, as text.
     *
     * @return the certificate authority in PEM
     */
    public String caPem() {
        return world().caPem();
    }

    /**
     * What a client's Noise handshake must trust.
     *
     * @return the root key, 32 bytes
     */
    public byte[] noiseRootPublicKey() {
        return world().noiseRootPublicKey();
    }

    /**
     * Goes on with another static Noise key, with certificates under the same root, as the service does from time to
     * time. A client that resumes an earlier connection falls back to a full handshake.
     */
    public void renewNoiseKey() {
        world().ask(() -> {
            world().renewNoiseKey();
            return true;
        });
    }

    /**
     * The clock of all time stamps.
     *
     * @return the clock, to set and advance
     */
    public ShiftedClock clock() {
        return world().clock();
    }

    /**
     * The phone of an account, which is made if there is none of that name.
     *
     * @param account the account's name; a client that registers with it as push name becomes its companion
     * @return the phone
     */
    public Phone phone(String account) {
        return phone(world().ask(() -> world().accounts().named(account)));
    }

    /**
     * The phones of all accounts.
     *
     * @return in order of creation; a snapshot
     */
    public List<Phone> accounts() {
        return world().ask(
                        () -> world().accounts().all().stream().map(this::phone).toList());
    }

    /**
     * Scans a QR code with the phone of whichever account the client's push name selects.
     *
     * @param qrText as shown, with or without the link before it
     * @return the phone that scanned
     * @throws ScanRefusedException if the code is not what a waiting client shows
     */
    public Phone scanQr(String qrText) {
        return phone(world().ask(() -> world().scan(qrText, Optional.empty())));
    }

    /**
     * Every stanza so far.
     *
     * @return the journal
     */
    public Journal journal() {
        return world().journal();
    }

    /**
     * Stanzas that no area of the server took.
     *
     * @return oldest first
     */
    public List<JournalEntry> unhandled() {
        return journal().unhandled();
    }

    /**
     * What the server does wrong on purpose.
     *
     * @return the faults
     */
    public Faults faults() {
        return world().faults();
    }

    /**
     * The media host.
     *
     * @return what is on it, what was asked of it, and what it does wrong on purpose
     */
    public MediaHost media() {
        return new MediaHost(areas.media());
    }

    /**
     * The clients that are connected.
     *
     * @return the connections
     */
    public Connections connections() {
        return world().connections();
    }

    /**
     * Sets the mode of connections to come.
     *
     * @param strict whether odd input is answered as the real service answers it
     */
    public void strict(boolean strict) {
        world().ask(() -> {
            world().strict(strict);
            return true;
        });
    }

    /**
     * Finds the phone of an address.
     *
     * @param jid by phone number or LID
     * @return the phone of that account, or nothing if there is none
     */
    public Optional<Phone> phoneOf(Jid jid) {
        return world().ask(() -> world().accounts().find(jid)).map(this::phone);
    }

    private Phone phone(Account account) {
        return new Phone(world(), account, world().ask(() -> areas.phones().of(account)));
    }

    /**
     * How many one-time pre-keys of a companion the server has left.
     *
     * @param companion by phone number or LID, with the device
     * @return 0 or more
     * @throws IllegalArgumentException if it is not linked
     */
    public int preKeysLeft(Jid companion) {
        return world().ask(() -> areas.preKeys().left(linked(companion)));
    }

    /**
     * Uses one-time pre-keys of a companion up, as others do who fetch them. The companion is not told; see {@link
     * #tellPreKeysLeft}.
     *
     * @param companion by phone number or LID, with the device
     * @param left how many to leave at most, 0 or more
     * @throws IllegalArgumentException if it is not linked, or {@code left} is negative
     */
    public void drainPreKeys(Jid companion, int left) {
        if (left < 0) {
            throw new IllegalArgumentException("left must be 0 or more but was " + left);
        }
        world().ask(() -> {
            areas.preKeys().drain(linked(companion), left);
            return true;
        });
    }

    /**
     * Sends a companion the notice of how many one-time pre-keys it has left, by which clients learn to upload more. By
     * itself the server sends it when a fetch leaves four.
     *
     * @param companion by phone number or LID, with the device
     * @throws IllegalArgumentException if it is not linked
     */
    public void tellPreKeysLeft(Jid companion) {
        world().ask(() -> {
            areas.preKeys().tell(world(), linked(companion));
            return true;
        });
    }

    /**
     * Has the members of a group write to each other by the other form of address from now on, as when the service
     * moves a group. Nobody is told of it. New groups are addressed by LID.
     *
     * @param group its address
     * @param byLid false for phone numbers, as in old groups
     * @throws IllegalArgumentException if there is no such group
     */
    public void addressGroup(Jid group, boolean byLid) {
        world().ask(() -> {
            areas.groups()
                    .address(
                            areas.groups()
                                    .find(group)
                                    .orElseThrow(() -> new IllegalArgumentException("there is no group " + group)),
                            byLid);
            return true;
        });
    }

    /**
     * Chooses whom an account lets see its status, as its owner does on the phone. Clients that ask are told; the server
     * itself passes posts on to whom they list.
     *
     * @param name the account's name
     * @param type {@code contacts}, {@code whitelist} or {@code blacklist}
     * @param people the list, as clients are told it
     * @throws IllegalArgumentException if there is no such type
     */
    public void chooseStatusPrivacy(String name, String type, Jid... people) {
        Jid account = phone(name).jid();
        world().ask(() -> {
            areas.statusPrivacy().choose(world().accounts().find(account).orElseThrow(), type, List.of(people));
            return true;
        });
    }

    /**
     * Keeps an account from writing to strangers, or not any more, and tells its companions, as the service does with
     * accounts that were reported. An account with a push name {@code restricted:…} is so from the beginning.
     *
     * @param name the account's name
     * @param until when it ends, to the second; the past to lift it
     */
    public void restrictReachout(String name, Instant until) {
        Jid account = phone(name).jid();
        world().ask(() -> {
            areas.restrictions().lock(world().accounts().find(account).orElseThrow(), until.getEpochSecond());
            return true;
        });
    }

    /**
     * Tells the companions of an account how many chats they may begin.
     *
     * @param name the account's name
     */
    public void tellMessageCapping(String name) {
        Jid account = phone(name).jid();
        world().ask(() -> {
            areas.restrictions().tellCapping(world().accounts().find(account).orElseThrow());
            return true;
        });
    }

    /**
     * How many patches of the application state go into one answer; 100 by itself.
     *
     * @param patches 1 or more
     * @throws IllegalArgumentException if there are fewer
     */
    public void appStatePage(int patches) {
        if (patches < 1) {
            throw new IllegalArgumentException("patches must be 1 or more but was " + patches);
        }
        world().ask(() -> {
            areas.appState().page(patches);
            return true;
        });
    }

    /**
     * Has the next answers that carry patches of the application state carry other ones.
     *
     * @param name the account's name
     * @param collection the name of the collection, for example {@code regular_low}
     * @param answers how many answers
     * @param change what becomes of each patch
     * @throws IllegalArgumentException if there is no such collection
     */
    public void spoilAppState(String name, String collection, int answers, UnaryOperator<SyncdPatch> change) {
        Jid account = phone(name).jid();
        world().ask(() -> {
            areas.appState().spoil(world().accounts().find(account).orElseThrow(), collection, answers, change);
            return true;
        });
    }

    /**
     * Answers a companion whose change of the application state comes too late with an error, and not with a result
     * that has one, as the service does: Baileys takes every result for a success, and is out of step from then on.
     *
     * @param companion by phone number or LID, with the device
     * @throws IllegalArgumentException if it is not linked
     */
    public void refuseAppStateConflictsWhole(Jid companion) {
        world().ask(() -> {
            areas.appState().refuseWhole(linked(companion));
            return true;
        });
    }

    /**
     * How often a collection of the application state was changed.
     *
     * @param name the account's name
     * @param collection the name of the collection
     * @return its version, 0 or more
     * @throws IllegalArgumentException if there is no such collection
     */
    public long appStateVersion(String name, String collection) {
        Jid account = phone(name).jid();
        return world().ask(() ->
                areas.appState().version(world().accounts().find(account).orElseThrow(), collection));
    }

    /**
     * Tells a companion that something changed while it was away.
     *
     * @param companion by phone number or LID, with the device; it hears it only while it is connected
     * @param type for example {@code syncd_app_state} or {@code account_sync}
     * @throws IllegalArgumentException if it is not linked
     */
    public void tellDirty(Jid companion, String type) {
        world().ask(() -> {
            areas.appState().tellDirty(linked(companion), type, clock().seconds());
            return true;
        });
    }

    private Device linked(Jid companion) {
        return world().accounts()
                .findDevice(companion)
                .filter(device -> !device.isPhone())
                .orElseThrow(() -> new IllegalArgumentException("companion must be a linked one but was " + companion));
    }

    World world() {
        return core.world();
    }

    /**
     * Closes every connection and ends the threads of the server and its phones; what waits for the journal is
     * cancelled.
     */
    @Override
    public void close() {
        areas.phones().close();
        core.close();
        areas.media().close();
    }
}
