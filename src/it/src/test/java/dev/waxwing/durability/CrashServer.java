package dev.waxwing.durability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.PhoneGroup;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server of {@link CrashIT} in a process of its own: strict, and looking at every stanza. Arguments: a folder, into
 * which it writes what makes it trusted, and a seed. Says {@code listening <uri>}; takes {@code scan <account> <QR
 * text>}, {@code group <account> <members>}, which it answers with {@code group <jid>}, and {@code stir}, which puts a
 * member who is on no client out of that group, or back into it; and {@code report}: then it says a {@code trouble
 * <what>} for each thing that should not have happened, and {@code ciphertexts <count> <of these to the group> <of so many sender keys>}.
 */
final class CrashServer {

    static final String CIPHERTEXTS = "ciphertexts";

    private static final String COMES_AND_GOES = "crash-late";
    private static final String RESTART_AFTER_PAIRING = "515";

    private final RatchetKeys keys = new RatchetKeys();
    private final List<String> trouble = new ArrayList<>();
    private Set<Jid> late = Set.of();
    private @Nullable PhoneGroup group;

    private CrashServer() {}

    public static void main(String[] args) throws Exception {
        new CrashServer().run(Path.of(args[0]), Long.parseLong(args[1]));
    }

    private void run(Path folder, long seed) throws Exception {
        try (LoopbackServer server =
                LoopbackServer.builder().strict(true).seed(seed).start()) {
            StanzaTap tap = StanzaTap.on(server, this::look);
            ServerTrust.write(server, folder);
            System.out.println("listening " + server.uri());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", 3);
                switch (words[0]) {
                    case "scan" -> server.phone(words[1]).scanQr(words[2]);
                    case "group" -> group(server, words[1], words[2]);
                    case "stir" -> stir(server.phone(COMES_AND_GOES).jid());
                    case "report" -> report(server, tap);
                    default -> throw new IllegalArgumentException("no command " + words[0]);
                }
            }
        }
    }

    private void group(LoopbackServer server, String owner, String member) {
        Phone comesAndGoes = server.phone(COMES_AND_GOES);
        late(Set.of(comesAndGoes.jid(), comesAndGoes.lid()));
        group = server.phone(owner).createGroup("Crash", Jid.parse(member), comesAndGoes.jid());
        System.out.println("group " + group.jid());
    }

    private synchronized void late(Set<Jid> addresses) {
        late = addresses;
    }

    private void stir(Jid member) {
        PhoneGroup stirred = requireNonNull(group, "group");
        if (stirred.members().contains(member)) {
            stirred.remove(member);
        } else {
            stirred.add(member);
        }
    }

    private synchronized void look(JournalEntry entry) {
        if (entry.is(Direction.IN, "message")) {
            keys.look(entry.stanza());
        }
        if (isTrouble(entry)) {
            trouble.add(entry.toString());
        }
    }

    /** A message that had to be asked for again, and what the server or the client refused. */
    private boolean isTrouble(JournalEntry entry) {
        Node stanza = entry.stanza();
        return switch (stanza.tag()) {
            case "receipt" -> "retry".equals(stanza.attr("type")) && !isLateComer(entry);
            case "ack" -> stanza.hasAttr("error");
            case "iq" -> "error".equals(stanza.attr("type"));
            case "stream:error" -> !RESTART_AFTER_PAIRING.equals(stanza.attr("code"));
            case "failure", "xmlstreamend" -> true;
            default -> false;
        };
    }

    /**
     * Who is put into the group may get messages that were under way then, and was given no key to them: it asks, and is
     * refused.
     */
    private boolean isLateComer(JournalEntry entry) {
        Jid by = entry.stanza().jid("participant");
        return entry.direction() == Direction.OUT && by != null && late.contains(by.withoutDevice());
    }

    private synchronized void report(LoopbackServer server, StanzaTap tap) {
        tap.failure().ifPresent(failure -> System.out.println("trouble a stanza could not be looked at: " + failure));
        trouble.forEach(what -> System.out.println("trouble " + what.replace('\n', ' ')));
        server.unhandled().forEach(entry -> System.out.println("trouble not known to the server: " + entry));
        keys.reused().forEach(key -> System.out.println("trouble message key used twice: " + key));
        System.out.println(
                CIPHERTEXTS + " " + keys.count() + " " + keys.countOfGroups() + " " + keys.countOfSenderKeys());
    }
}
