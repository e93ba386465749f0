package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.addon.ReportingToken;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.content.DeviceSent;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * To a person: one ciphertext for each device of that person, and for each other one of this account a copy that says
 * where it went. So goes a reaction to a status too, to the author.
 */
public final class PersonDelivery implements Delivery {

    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final SessionBuilder sessionBuilder;
    private final Supplier<PublicIdentity> keys;
    private final Executor executor;

    /**
     * Delivers to the devices of one person and to this account's others.
     *
     * @param lids which addresses are one person
     * @param devices who has which devices
     * @param sessionBuilder makes missing sessions
     * @param keys the public halves of this device's keys as they are now
     * @param executor runs what reads the store
     */
    public PersonDelivery(
            LidMappings lids,
            DeviceDirectory devices,
            SessionBuilder sessionBuilder,
            Supplier<PublicIdentity> keys,
            Executor executor) {
        this.lids = requireNonNull(lids, "lids");
        this.devices = requireNonNull(devices, "devices");
        this.sessionBuilder = requireNonNull(sessionBuilder, "sessionBuilder");
        this.keys = requireNonNull(keys, "keys");
        this.executor = requireNonNull(executor, "executor");
    }

    @Override
    public CompletionStage<Addressees> addressees(Destination to, Self self, Runnable listed) {
        List<Jid> people = to.people().isEmpty() ? List.of(to.chat()) : to.people();
        List<Jid> both = new ArrayList<>(people);
        both.add(self.lid().or(self::me).orElseThrow().person());
        return devices.devicesOf(both)
                .thenComposeAsync(
                        found -> {
                            List<Jid> targets = withoutThisDevice(found, self);
                            listed.run();
                            return sessionBuilder
                                    .ensureSessions(targets)
                                    .thenApply(built -> new Devices(targets, people, to.people(), self, keys));
                        },
                        executor);
    }

    private List<Jid> withoutThisDevice(List<Jid> found, Self self) {
        List<Jid> targets = new ArrayList<>();
        for (Jid device : found) {
            Jid address = lids.canonical(device);
            boolean thisDevice = self.me().filter(device::equals).isPresent()
                    || self.lid().filter(address::equals).isPresent();
            if (!thisDevice && !targets.contains(address)) {
                targets.add(address);
            }
        }
        return targets;
    }

    /** The devices of both sides. */
    private record Devices(
            List<Jid> devices, List<Jid> people, List<Jid> recipients, Self self, Supplier<PublicIdentity> keys)
            implements Addressees {

        @Override
        public Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind) {
            byte[] forPerson = MessagePadding.pad(message.toByteArray());
            byte[] forOwnDevices =
                    MessagePadding.pad(DeviceSent.wrap(message, key.remoteJid()).toByteArray());
            Jid sender = (key.remoteJid().isLid() ? self.lid() : self.me())
                    .or(self::me)
                    .orElse(key.remoteJid());
            StanzaKind reported = ReportingToken.beside(kind, key.id(), sender, key.remoteJid(), message);
            return new Plaintexts(key, message, reported, people, self, keys, forPerson, forOwnDevices);
        }
    }

    /** Both forms of one message. */
    private record Plaintexts(
            MessageKey key,
            Message message,
            StanzaKind kind,
            List<Jid> people,
            Self self,
            Supplier<PublicIdentity> keys,
            byte[] forPerson,
            byte[] forOwnDevices)
            implements Prepared {

        @Override
        public Node seal(List<Jid> devices, PeerTransaction peers, Runnable encrypted) {
            List<Node> participants = new ArrayList<>();
            boolean opensSession = false;
            boolean reachesPerson = people.stream().allMatch(self::includes);
            for (Jid device : devices) {
                boolean ownDevice = self.includes(device);
                Ciphertext ciphertext = peers.encrypt(device, ownDevice ? forOwnDevices : forPerson);
                opensSession |= ciphertext.type() == Ciphertext.Type.PKMSG;
                reachesPerson |= !ownDevice;
                participants.add(MessageStanza.participant(device, ciphertext, kind));
            }
            if (!reachesPerson) {
                throw new ServerRefusedException("message to " + people.get(0), 404, "no device to send to", null);
            }
            encrypted.run();
            return MessageStanza.toPerson(
                    key, kind, participants, opensSession ? keys.get().deviceIdentity() : Optional.empty());
        }
    }
}
