package dev.waxwing.testkit.area;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.device.PreKeyStock;
import dev.waxwing.testkit.area.media.MediaArea;
import dev.waxwing.testkit.area.message.MessageArea;
import dev.waxwing.testkit.area.message.ReceiptArea;
import dev.waxwing.testkit.phone.PhoneLine;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Device;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Connects the simulated phones: what they send takes the same ways as the messages of companions. */
final class PhoneArea implements ServerArea {

    private final Phones phones;
    private final PreKeyStock stock;
    private final MessageArea messages;
    private final ReceiptArea receipts;
    private final MediaArea media;

    /** Companions that their phone has shared nothing with yet. */
    private final Set<Device> unshared = new HashSet<>();

    PhoneArea(Phones phones, PreKeyStock stock, MessageArea messages, ReceiptArea receipts, MediaArea media) {
        this.phones = phones;
        this.stock = stock;
        this.messages = messages;
        this.receipts = receipts;
        this.media = media;
    }

    @Override
    public void register(Registrations on, World world) {
        phones.connect(world, new Line(world));
        on.onReinstalled(phones::reinstalled);
        if (world.settings().phoneBootstrap()) {
            on.onPaired(unshared::add);
            on.onRemoved(unshared::remove);
            on.onActive(device -> {
                if (unshared.remove(device)) {
                    phones.bootstrap(device);
                }
            });
        }
    }

    private final class Line implements PhoneLine {

        private final World world;

        Line(World world) {
            this.world = world;
        }

        @Override
        public List<Device> audience(Device phone, Jid chat) {
            List<Device> audience = messages.audience(phone, chat);
            if (!audience.contains(phone) || !messages.takes(phone, chat)) {
                throw new IllegalArgumentException(phone + " cannot write to " + chat);
            }
            return audience;
        }

        @Override
        public List<Device> devicesOf(Device phone, List<Jid> people) {
            Set<Device> devices = new LinkedHashSet<>();
            for (Jid person : people) {
                devices.addAll(world.accounts()
                        .find(person)
                        .orElseThrow(() -> new IllegalArgumentException("nobody has the address " + person))
                        .devices());
            }
            devices.addAll(phone.account().devices());
            return List.copyOf(devices);
        }

        @Override
        public boolean isByLid(Jid chat) {
            return messages.isByLid(chat);
        }

        @Override
        public PreKeyBundle takeBundle(Device device) {
            return stock.takeBundle(world, device);
        }

        @Override
        public void send(Device phone, Node message) {
            messages.send(phone, message);
        }

        @Override
        public void receipt(Device phone, Node receipt) {
            receipts.take(world, phone, receipt);
        }

        @Override
        public Optional<String> uploadAgain(byte[] sha256) {
            return media.uploadAgain(sha256);
        }

        @Override
        public void deliver(Device companion, Node stanza) {
            world.deliver(companion, stanza);
        }
    }
}
