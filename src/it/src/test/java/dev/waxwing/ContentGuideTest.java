package dev.waxwing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.Contact;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.LinkPreview;
import dev.waxwing.model.content.LocationContent;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.PollContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The samples of {@code docs/content.md}, each line of them; that they are the same is tested beside the table. */
public final class ContentGuideTest {

    private final LoopbackServer server = LoopbackServer.start();
    private final Accounts accounts = new Accounts(server);
    private Client alice;
    private Client bob;

    @BeforeEach
    void link() throws Exception {
        alice = accounts.client("alice");
        bob = accounts.client("bob");
    }

    @AfterEach
    void close() throws Exception {
        accounts.close();
    }

    @Test
    void givenTheSamples_whenSent_thenTheOtherSideReadsEach() throws Exception {
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "to be answered, changed and deleted");
        WebMessage first = atBob.awaitCount(1).get(0);
        Jid chat = alice.jid();
        Socket sock = bob.socket();
        Heard<WebMessage> atAlice = alice.messages();

        List<Content> sent = samples(first, chat);
        for (Content content : sent) {
            sock.sendMessage(chat, content).get(Client.PATIENCE_SECONDS, java.util.concurrent.TimeUnit.SECONDS);
        }

        List<String> read = new ArrayList<>();
        atAlice.awaitCount(sent.size()).forEach(message -> read.add(inWords(message)));
        assertThat(read)
                .contains("text Hello", "place 24.5", "poll Lunch? [Yes, No]", "something else")
                .hasSize(sent.size());
    }

    private static List<Content> samples(WebMessage message, Jid someone) {
        MessageKey key = message.key();
        Jid group = Jid.group("120363000000000001");
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        List<Content> samples = new ArrayList<>();
        samples.add(Content.text("Hello"));
        samples.add(Content.text("Hello @" + someone.user()).mentioning(someone));
        samples.add(Content.text("Yes").quoting(message));
        samples.add(Content.text("see https://example.com/a")
                .withPreview(LinkPreview.of("https://example.com/a", "An example")));
        samples.add(Content.text("gone in a day").expiringAfter(Duration.ofDays(1)));
        samples.add(Content.forward(message));
        samples.add(Content.react(key, "👍"));
        samples.add(Content.unreact(key));
        samples.add(Content.contacts(new Contact("Jo", "BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nEND:VCARD")));
        samples.add(Content.location(24.5, 55.25).withName("The place"));
        samples.add(Content.liveLocation(24.5, 55.25).withSequenceNumber(1));
        samples.add(Content.poll("Lunch?", "Yes", "No").withSelectable(1));
        samples.add(Content.event("Launch", tomorrow).withDescription("Bring cake"));
        samples.add(Content.pin(key, Duration.ofDays(7)));
        samples.add(Content.unpin(key));
        samples.add(Content.keep(key));
        samples.add(Content.comment(key, Content.text("A comment")));
        samples.add(Content.disappearingAfter(Duration.ofDays(7)));
        samples.add(Content.groupInvite(group, "Our group", "AbCdEfGh", tomorrow));
        samples.add(Content.album(2, 1));
        samples.add(Content.requestPhoneNumber());
        samples.add(Content.sharePhoneNumber());
        samples.add(Content.limitSharing(true));
        samples.add(
                Content.raw(Message.newBuilder().setConversation("as you like").build()));
        return samples;
    }

    private static String inWords(WebMessage message) {
        MessageContent content = message.content();
        if (content instanceof TextContent text) {
            return "text " + text.text();
        }
        if (content instanceof PollContent poll) {
            return "poll " + poll.question() + " " + poll.options();
        }
        if (content instanceof LocationContent location) {
            return "place " + location.latitude();
        }
        return "something else";
    }
}
