package dev.waxwing.internal.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.contact.PictureSize;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.contact.ContactArea;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.message.VectorNodes;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.privacy.PrivacyCategory;
import dev.waxwing.privacy.PrivacyValue;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.vectors.Vectors;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked about profiles and privacy, as one popular client asks it ({@code messaging-iq-nodes.json}). */
final class ProfileIqVectorsTest {

    private static final Jid BOB = Jid.phone("15550001001");
    private static final Jid BOB_LID = Jid.lid("100000000000001");

    private final MemoryStore store = MemoryStore.create();
    private final LidMappings people = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final AccountThreads threads =
            AccountThreads.builder().executor(Runnable::run).build();
    private final AskedStream stream = new AskedStream();
    private final AreaContext context = new AreaContext(
            () -> new Self(Optional.of(Jid.phone("15550000001")), Optional.empty(), Optional.empty()),
            new Availability(false),
            people,
            stream,
            store,
            new EventDispatcher(Runnable::run, new SystemTimer()),
            threads,
            Clock.systemUTC());
    private final ContactArea contacts =
            new ContactArea(context, notice -> CompletableFuture.failedFuture(new AssertionError("no notice comes")));
    private final PrivacyArea privacy = new PrivacyArea(
            context, named -> CompletableFuture.failedFuture(new AssertionError("nobody is asked for")));

    /** One call for each row. */
    private static Map<String, Call> calls() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("status text fetch", test -> test.contacts.fetchStatus(List.of(BOB)));
        calls.put("disappearing duration fetch", test -> test.contacts.fetchDisappearingDuration(List.of(BOB)));
        calls.put("status text set", test -> test.contacts.updateProfileStatus("Busy"));
        calls.put("profile picture url preview", test -> test.contacts.profilePictureUrl(BOB, PictureSize.PREVIEW));
        calls.put("profile picture url full", test -> test.contacts.profilePictureUrl(BOB, PictureSize.IMAGE));
        calls.put("profile picture remove own", test -> test.contacts.removeProfilePicture());
        calls.put("bots list", test -> test.contacts.getBotList());
        calls.put("blocklist fetch", test -> test.privacy.fetchBlocklist());
        calls.put("block", test -> test.privacy.block(BOB));
        calls.put("unblock", test -> test.privacy.unblock(BOB));
        calls.put("privacy fetch", test -> test.privacy.fetchPrivacySettings());
        calls.put("privacy LastSeen=contacts", set(PrivacyCategory.LAST_SEEN, PrivacyValue.CONTACTS));
        calls.put("privacy Online=match_last_seen", set(PrivacyCategory.ONLINE, PrivacyValue.MATCH_LAST_SEEN));
        calls.put("privacy ProfilePicture=contacts", set(PrivacyCategory.PROFILE_PICTURE, PrivacyValue.CONTACTS));
        calls.put("privacy Status=contacts", set(PrivacyCategory.STATUS, PrivacyValue.CONTACTS));
        calls.put("privacy ReadReceipts=none", set(PrivacyCategory.READ_RECEIPTS, PrivacyValue.NOBODY));
        calls.put("privacy GroupsAdd=contacts", set(PrivacyCategory.GROUPS_ADD, PrivacyValue.CONTACTS));
        calls.put("privacy Call=known", set(PrivacyCategory.CALLS, PrivacyValue.KNOWN));
        calls.put("privacy Messages=contacts", set(PrivacyCategory.MESSAGES, PrivacyValue.CONTACTS));
        calls.put("default disappearing mode", test -> test.privacy.updateDefaultDisappearingMode(Duration.ofDays(1)));
        return calls;
    }

    private static Call set(PrivacyCategory category, PrivacyValue value) {
        return test -> test.privacy.updatePrivacy(category, value);
    }

    static Stream<String> rows() {
        return calls().keySet().stream();
    }

    @AfterEach
    void close() {
        threads.close();
        store.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenARow_whenTheCallIsMade_thenTheServerIsAskedAlike(String row) {
        people.learn(BOB, BOB_LID);

        CompletableFuture<?> underWay = calls().get(row).make(this);

        assertThat(underWay).isNotDone();
        assertThat(stream.asked).hasSize(1);
        assertThat(shape(stream.asked.get(0))).isEqualTo(shape(vector(row)));
    }

    /**
     * The peer asks for the bare number. Two other peers ask for the LID with it, and write the number as an old
     * address, which is what the answer echoes.
     */
    @Test
    void givenALookUp_whenAsked_thenAsThePeerAsksButForTheLid() {
        CompletableFuture<?> underWay = contacts.onWhatsApp(List.of("+1 (555) 000-1001"));

        assertThat(underWay).isNotDone();
        Node asked = stream.asked.get(0).requireChild("usync");
        Node peers = vector("on whatsapp lookup").requireChild("usync");
        assertThat(VectorNodes.attributes(asked)).isEqualTo(VectorNodes.attributes(peers));
        assertThat(asked.requireChild("query").requireChild("contact").attr("addressing_mode"))
                .isEqualTo("lid");
        assertThat(asked.requireChild("list")
                        .requireChild("user")
                        .requireChild("contact")
                        .text())
                .isEqualTo(peers.requireChild("list")
                                .requireChild("user")
                                .requireChild("contact")
                                .text() + "@c.us");
    }

    @Test
    void givenPeopleNotKnownByLid_whenBlocked_thenTheServerIsAskedForThemFirst() {
        PrivacyArea asking = new PrivacyArea(context, named -> {
            named.forEach(person -> people.learn(person, BOB_LID));
            return CompletableFuture.completedFuture(true);
        });

        CompletableFuture<?> underWay = asking.block(BOB);

        assertThat(underWay).isNotDone();
        assertThat(shape(stream.asked.get(0))).isEqualTo(shape(vector("block")));
    }

    private static Node vector(String name) {
        for (JsonNode vector : Vectors.load("messaging-iq-nodes.json").get("vectors")) {
            if (vector.get("name").textValue().equals(name)) {
                return VectorNodes.node(vector.get("outgoing").get(0));
            }
        }
        throw new AssertionError("no row " + name);
    }

    /** Everything but the id and the order of attributes; bytes as hex. */
    private static String shape(Node node) {
        Map<String, String> attributes = new TreeMap<>(VectorNodes.attributes(node));
        // An address without a user is written without the sign, too.
        attributes.replaceAll((name, value) -> value.startsWith("@") ? value.substring(1) : value);
        if (node.tag().equals("iq")) {
            attributes.remove("id");
        }
        return node.tag()
                + attributes
                + Arrays.toString(node.bytes())
                + node.children().stream().map(ProfileIqVectorsTest::shape).toList();
    }

    private interface Call {
        CompletableFuture<?> make(ProfileIqVectorsTest test);
    }
}
