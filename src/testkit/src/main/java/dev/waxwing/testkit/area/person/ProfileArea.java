package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Group;
import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Own and others' profiles: picture, text, and the timer for new chats. Contacts and all own devices are told of a
 * new picture or text.
 */
public final class ProfileArea implements ServerArea {

    private static final String PICTURES = "/pp/";
    private static final int MAX_ABOUT = 139 * 4;
    private static final int MAX_PICTURE_BYTES = 1 << 20;

    private final Profiles profiles;
    private final Contacts contacts;
    private final Groups groups;
    private long lastPicture;

    /**
     * Creates the area.
     *
     * @param profiles what accounts show of themselves
     * @param contacts who is told of changes
     * @param groups that have pictures, too
     */
    public ProfileArea(Profiles profiles, Contacts contacts, Groups groups) {
        this.profiles = profiles;
        this.contacts = contacts;
        this.groups = groups;
    }

    @Override
    public void register(Registrations on, World world) {
        on.iq("w:profile:picture", "get", iq -> picture(world, iq));
        on.iq("w:profile:picture", "set", iq -> setPicture(world, iq));
        on.iq("w:g2", "get", "pictures", iq -> pictures(world, iq));
        on.iq("status", "set", "status", iq -> setAbout(world, iq));
        on.iq("disappearing_mode", "get", this::timer);
        on.iq("disappearing_mode", "set", "disappearing_mode", iq -> setTimer(world, iq));
        on.http(PICTURES, query -> CompletableFuture.completedFuture(download(query)));
    }

    private void picture(World world, IqExchange iq) {
        Node asked = iq.child();
        Profiles.Picture picture = shown(world, iq).orElseThrow(() -> new IqRefusal(404, "item-not-found"));
        if (picture.id().equals(asked.attr("id"))) {
            iq.reply();
            return;
        }
        iq.reply(described(world, picture, asked).build());
    }

    private static Node.Builder described(World world, Profiles.Picture picture, Node asked) {
        String path = PICTURES + picture.id() + ".jpg";
        return Node.builder("picture")
                .attr("id", picture.id())
                .attr("type", Objects.requireNonNullElse(asked.attr("type"), "image"))
                .attr("url", "https://" + world.authority() + path)
                .attr("direct_path", path);
    }

    /** The picture that is asked for: of a group, if the asker is in it. */
    private Optional<Profiles.Picture> shown(World world, IqExchange iq) {
        Jid target = iq.node().jid("target");
        return target != null && target.isGroup()
                ? groups.find(target)
                        .filter(group -> group.hasMember(iq.device().account()))
                        .flatMap(group -> profiles.picture(group.jid()))
                : target(world, iq).flatMap(profiles::picture);
    }

    /** Pictures of many groups at once; those that have none are left out. */
    private void pictures(World world, IqExchange iq) {
        List<Node> found = new ArrayList<>();
        for (Node asked : iq.child().children("picture")) {
            Jid jid = asked.requireJid(asked.hasAttr("jid") ? "jid" : "parent_group_jid");
            groups.find(jid)
                    .filter(group -> group.hasMember(iq.device().account()))
                    .flatMap(group -> profiles.picture(group.jid()))
                    .ifPresent(picture -> found.add(
                            described(world, picture, asked).attr("jid", jid).build()));
        }
        iq.reply(Node.builder("pictures").children(found).build());
    }

    private static Optional<Account> target(World world, IqExchange iq) {
        Jid target = iq.node().jid("target");
        return target == null
                ? Optional.of(iq.device().account())
                : world.accounts().find(target);
    }

    private void setPicture(World world, IqExchange iq) {
        Account account = iq.device().account();
        Jid target = iq.node().jid("target");
        Group group = target != null && target.isGroup() ? editable(target, account) : null;
        byte[] jpeg = iq.node().children().isEmpty() ? null : iq.child().bytes();
        if (jpeg == null || jpeg.length == 0) {
            if (group != null) {
                profiles.picture(group.jid(), null);
                tell(
                        world,
                        group,
                        account,
                        Node.builder("delete")
                                .attr("jid", group.jid())
                                .attr("author", group.address(account))
                                .build());
                return;
            }
            profiles.picture(account, null);
            tell(
                    world,
                    account,
                    "picture",
                    Node.builder("delete").attr("jid", account.phoneNumber()).build());
            return;
        }
        if (jpeg.length > MAX_PICTURE_BYTES) {
            throw new IqRefusal(406, "not-acceptable");
        }
        String id = Long.toString(1_700_000_000L + ++lastPicture);
        Profiles.Picture picture = new Profiles.Picture(id, jpeg);
        iq.reply(Node.builder("picture").attr("id", id).build());
        if (group != null) {
            profiles.picture(group.jid(), picture);
            tell(
                    world,
                    group,
                    account,
                    Node.builder("set")
                            .attr("jid", group.jid())
                            .attr("id", id)
                            .attr("author", group.address(account))
                            .build());
            return;
        }
        profiles.picture(account, picture);
        tell(
                world,
                account,
                "picture",
                Node.builder("set")
                        .attr("jid", account.phoneNumber())
                        .attr("id", id)
                        .build());
    }

    private HttpAnswer download(HttpQuery query) {
        String id = query.path().substring(PICTURES.length()).replaceFirst("\\.jpg$", "");
        return profiles.pictureById(id)
                .map(picture -> HttpAnswer.of(200, "image/jpeg", picture.jpeg()))
                .orElseGet(() -> HttpAnswer.text(404, "no such picture\n"));
    }

    private void setAbout(World world, IqExchange iq) {
        String text = Objects.requireNonNullElse(iq.child().text(), "");
        if (text.length() > MAX_ABOUT) {
            throw new IqRefusal(406, "not-acceptable");
        }
        Account account = iq.device().account();
        profiles.about(account, new Profiles.About(text, world.clock().seconds()));
        tell(
                world,
                account,
                "status",
                Node.builder("set").bytes(text.getBytes(StandardCharsets.UTF_8)).build());
    }

    private Group editable(Jid jid, Account account) {
        Group group = groups.find(jid).orElseThrow(() -> new IqRefusal(404, "item-not-found"));
        if (!group.mayEdit(account)) {
            throw new IqRefusal(403, "forbidden");
        }
        return group;
    }

    /** To every member, the one that made the change included. */
    private static void tell(World world, Group group, Account author, Node change) {
        Node notification = Node.builder("notification")
                .attr("from", group.jid())
                .attr("type", "picture")
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds())
                .attr("notify", author.pushName())
                .child(change)
                .build();
        group.members().forEach(member -> world.deliver(member, notification));
    }

    /** To the contacts, and to every own device, the one that made the change included. */
    private void tell(World world, Account account, String type, Node change) {
        Node notification = Node.builder("notification")
                .attr("from", account.phoneNumber())
                .attr("type", type)
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds())
                .attr("notify", account.pushName())
                .child(change)
                .build();
        contacts.of(account).forEach(contact -> world.deliver(contact, notification));
        world.deliver(account, notification);
    }

    private void timer(IqExchange iq) {
        Profiles.Timer timer = profiles.timer(iq.device().account());
        iq.reply(Node.builder("disappearing_mode")
                .attr("duration", timer.duration())
                .attr("t", timer.seconds())
                .build());
    }

    private void setTimer(World world, IqExchange iq) {
        long duration = iq.child().longAttr("duration", 0);
        if (duration < 0) {
            throw new IqRefusal(406, "not-acceptable");
        }
        Account account = iq.device().account();
        long seconds = world.clock().seconds();
        profiles.timer(account, new Profiles.Timer(duration, seconds));
        tell(
                world,
                account,
                "disappearing_mode",
                Node.builder("disappearing_mode")
                        .attr("duration", duration)
                        .attr("t", seconds)
                        .build());
    }
}
