package dev.waxwing.internal.contact;

import dev.waxwing.contact.About;
import dev.waxwing.contact.DisappearingMode;
import dev.waxwing.contact.OnWhatsApp;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads what is told of users. Who is not told of, and who is told of unasked, changes nothing for the others. */
final class LookedUp {

    /** A century: more is no timer. */
    private static final long LONGEST_SECONDS = 3_155_760_000L;

    private LookedUp() {}

    /** In the order of the question, by the text that the server echoes: it may answer in another order. */
    static List<OnWhatsApp> numbers(List<String> asked, List<Node> users) {
        Map<String, OnWhatsApp> found = new LinkedHashMap<>();
        asked.forEach(number ->
                found.put(number, new OnWhatsApp(number, false, Optional.empty(), Optional.empty(), Optional.empty())));
        for (Node user : users) {
            Node contact = user.child("contact");
            if (contact != null && "in".equals(contact.attr("type"))) {
                String number = digits(contact.text());
                found.computeIfPresent(number, (asNumber, before) -> registered(asNumber, user));
            }
        }
        return List.copyOf(found.values());
    }

    private static OnWhatsApp registered(String number, Node user) {
        Jid jid = user.requireJid("jid").person();
        Jid other = user.jid("pn_jid");
        Jid phone = jid.isPhone() ? jid : other == null ? Jid.phone(number) : other.person();
        return new OnWhatsApp(number, true, Optional.of(phone), lid(user, jid), VerifiedNames.of(user));
    }

    private static Optional<Jid> lid(Node user, Jid jid) {
        if (jid.isLid()) {
            return Optional.of(jid);
        }
        Node lid = user.child("lid");
        return Optional.ofNullable(lid == null ? null : lid.jid("val"))
                .map(Jid::person)
                .filter(Jid::isLid);
    }

    /** {@code +1555…}, with or without a server behind it. */
    private static String digits(@Nullable String echoed) {
        if (echoed == null) {
            return "";
        }
        int at = echoed.indexOf('@');
        String number = at < 0 ? echoed : echoed.substring(0, at);
        return number.startsWith("+") ? number.substring(1) : number;
    }

    static List<About> abouts(List<Jid> asked, List<Node> users) {
        return each(asked, users, (user, told) -> {
            Node status = told == null ? null : told.child("status");
            Optional<String> text =
                    Optional.ofNullable(status == null ? null : status.text()).filter(some -> !some.isEmpty());
            return new About(user, text, text.isEmpty() ? Optional.empty() : moment(status));
        });
    }

    static List<DisappearingMode> timers(List<Jid> asked, List<Node> users) {
        return each(asked, users, (user, told) -> {
            Node mode = told == null ? null : told.child("disappearing_mode");
            return new DisappearingMode(user, mode == null ? Duration.ZERO : duration(mode), moment(mode));
        });
    }

    static Duration duration(Node mode) {
        long seconds = mode.longAttr("duration", 0);
        return Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_SECONDS)));
    }

    private static Optional<Instant> moment(@Nullable Node of) {
        return of == null || of.longAttr("t", 0) <= 0 ? Optional.empty() : Optional.of(of.timeAttr("t", Instant.EPOCH));
    }

    private static <T> List<T> each(List<Jid> asked, List<Node> users, BiFunction<Jid, @Nullable Node, T> read) {
        Map<Jid, Node> told = new HashMap<>();
        for (Node user : users) {
            Jid jid = user.jid("jid");
            Jid number = user.jid("pn_jid");
            if (jid != null) {
                told.put(jid.person(), user);
            }
            if (number != null) {
                told.putIfAbsent(number.person(), user);
            }
        }
        return asked.stream().map(user -> read.apply(user, told.get(user))).toList();
    }
}
