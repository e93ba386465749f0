package dev.waxwing.testkit.area.device;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.person.Profiles;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the service knows of users: their devices, LIDs, whether they are registered, and their public profile. */
public final class UsyncArea implements ServerArea {

    private static final int MAX_USERS = 10_000;
    private static final int MAX_DIGITS = 20;

    private final Profiles profiles;
    private final KeyIndexLists lists;
    private final Map<String, Protocol> protocols = new HashMap<>();

    /** A user as it was asked for. */
    private record Asked(Account account, Jid jid) {}

    /** Answers one kind of question about a known user; null leaves the answer out. */
    private interface Protocol {
        @Nullable
        Node answer(Asked user);
    }

    /**
     * Creates the area.
     *
     * @param profiles what accounts show of themselves
     * @param lists the signed lists of key indexes
     */
    public UsyncArea(Profiles profiles, KeyIndexLists lists) {
        this.profiles = profiles;
        this.lists = lists;
    }

    @Override
    public void register(Registrations on, World world) {
        protocols.put("devices", user -> devices(world, user.account));
        protocols.put("lid", UsyncArea::lid);
        protocols.put("status", user -> status(user.account));
        protocols.put("picture", user -> picture(user.account));
        protocols.put("disappearing_mode", user -> disappearingMode(user.account));
        on.iq("usync", "get", "usync", iq -> sync(world, iq));
    }

    private void sync(World world, IqExchange iq) {
        Node usync = iq.child();
        List<Node> asked = usync.requireChild("query").children();
        List<Node> users = usync.requireChild("list").children("user");
        if (users.size() > MAX_USERS) {
            throw new IqRefusal(406, "not-acceptable");
        }
        List<Node> results = asked.stream()
                .map(protocol -> Node.builder(protocol.tag()).build())
                .toList();
        List<Node> answers =
                users.stream().map(user -> answer(world, user, asked)).toList();
        iq.reply(Node.builder("usync")
                .attrIfPresent("sid", usync.attr("sid"))
                .attrIfPresent("mode", usync.attr("mode"))
                .attrIfPresent("context", usync.attr("context"))
                .attr("index", "0")
                .attr("last", "true")
                .child(Node.builder("result").children(results).build())
                .child(Node.builder("list").children(answers).build())
                .build());
    }

    private Node answer(World world, Node user, List<Node> asked) {
        Jid jid = user.jid("jid");
        Node contact = user.child("contact");
        String number = contact == null ? null : contact.text();
        if (jid == null && number == null) {
            return Node.builder("user").build();
        }
        if (jid == null) {
            Optional<Jid> phone = phoneNumber(number == null ? "" : number);
            if (phone.isEmpty()) {
                return Node.builder("user").child(contact("invalid", number)).build();
            }
            jid = phone.get();
        }
        // Who is asked for by a device is answered for as a whole.
        return answer(world, jid.withoutDevice(), number, asked);
    }

    private Node answer(World world, Jid jid, @Nullable String number, List<Node> asked) {
        Account account = world.accounts().find(jid).orElse(null);
        Node.Builder user = Node.builder("user");
        Jid answered = jid;
        List<Node> children = new ArrayList<>();
        for (Node protocol : asked) {
            if (protocol.tag().equals("contact")) {
                if (account != null && "lid".equals(protocol.attr("addressing_mode"))) {
                    answered = account.lid();
                    user.attr("pn_jid", account.phoneNumber());
                }
                children.add(contact(account == null ? "out" : "in", number));
            } else if (account != null) {
                Protocol known = protocols.get(protocol.tag());
                Node answer = known == null ? null : known.answer(new Asked(account, jid));
                if (answer != null) {
                    children.add(answer);
                }
            }
        }
        return user.attr("jid", answered).children(children).build();
    }

    /** A number as clients write it, {@code +1555…} with or without the server behind it. */
    private static Optional<Jid> phoneNumber(String text) {
        int at = text.indexOf('@');
        String digits = (at < 0 ? text : text.substring(0, at)).replaceFirst("^\\+", "");
        boolean valid = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? Optional.of(Jid.phone(digits)) : Optional.empty();
    }

    private static Node contact(String type, @Nullable String number) {
        Node.Builder contact = Node.builder("contact").attr("type", type);
        return number == null
                ? contact.build()
                : contact.bytes(number.getBytes(StandardCharsets.UTF_8)).build();
    }

    private Node devices(World world, Account account) {
        List<Node> devices = new ArrayList<>();
        for (Device device : account.devices()) {
            Node.Builder listed = Node.builder("device").attr("id", device.number());
            if (!device.isPhone()) {
                listed.attr("key-index", device.number());
            }
            devices.add(listed.build());
        }
        KeyIndexLists.Signed signed = lists.of(account, world.clock().seconds());
        return Node.builder("devices")
                .child(Node.builder("device-list").children(devices).build())
                .child(Node.builder("key-index-list")
                        .attr("ts", signed.seconds())
                        .bytes(signed.encoded())
                        .build())
                .build();
    }

    /** Asked by LID there is nothing to tell, and Baileys would store what it is told as another pair. */
    private static @Nullable Node lid(Asked user) {
        return user.jid.isLid()
                ? null
                : Node.builder("lid").attr("val", user.account.lid()).build();
    }

    private Node status(Account account) {
        Profiles.About about = profiles.about(account);
        Node.Builder status = Node.builder("status");
        return about.text().isEmpty()
                ? status.build()
                : status.attr("t", about.seconds())
                        .bytes(about.text().getBytes(StandardCharsets.UTF_8))
                        .build();
    }

    private Node picture(Account account) {
        Node.Builder picture = Node.builder("picture");
        return profiles.picture(account)
                .map(known -> picture.attr("id", known.id()).build())
                .orElseGet(() -> picture.child(Node.builder("error")
                                .attr("code", 404)
                                .attr("text", "item-not-found")
                                .build())
                        .build());
    }

    private Node disappearingMode(Account account) {
        Profiles.Timer timer = profiles.timer(account);
        return Node.builder("disappearing_mode")
                .attr("duration", timer.duration())
                .attr("t", timer.seconds())
                .build();
    }
}
