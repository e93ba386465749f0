package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.ButtonReplyContent;
import dev.waxwing.model.content.Contact;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.LinkPreview;
import dev.waxwing.model.content.ListReplyContent;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.UnknownContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.ImageMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.vectors.Vectors;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages as one popular client encodes them ({@code messaging-content.json}). Secrets are random, so they are
 * compared by whether they are there.
 */
class ContentVectorsTest {

    private static final JsonNode FILE = Vectors.load("messaging-content.json");
    private static final Instant NOW = Instant.ofEpochMilli(1_760_000_000_123L);
    private static final Jid ME = Jid.parse("15551230001:5@s.whatsapp.net");
    private static final Jid FRIEND = Jid.parse("15551230002@s.whatsapp.net");
    private static final Jid OTHER = Jid.parse("15551230003@s.whatsapp.net");
    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");

    private final ContentCodecs codecs = new ContentCodecs();

    static Stream<String> names() {
        return rows().map(row -> row.get("name").asText());
    }

    @ParameterizedTest
    @MethodSource("names")
    void givenARowInItsWireForm_whenSentRaw_thenItIsSentAsGiven(String name) {
        Message message = message(name);

        assertThat(codecs.encode(Content.raw(message), outbound(chat(name)))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("names")
    void givenARowWithoutItsSecret_whenSentRaw_thenASecretIsAddedWhereThePeerHasOne(String name) {
        Message message = message(name);

        Message sent = codecs.encode(
                Content.raw(message.toBuilder().clearMessageContextInfo().build()), outbound(chat(name)));

        assertThat(sent.getMessageContextInfo().hasMessageSecret())
                .isEqualTo(message.getMessageContextInfo().hasMessageSecret());
    }

    @Test
    void givenText_whenEncoded_thenAsThePeerDoes() {
        assertSame("text", Content.text("hello"));
    }

    @Test
    void givenMentions_whenEncoded_thenAsThePeerDoes() {
        Message.Builder expected = message("text-mentions").toBuilder();
        // The peer writes the 0 that says nothing.
        expected.getExtendedTextMessageBuilder().getContextInfoBuilder().clearNonJIDMentions();

        assertSame(expected.build(), GROUP, Content.text("@15551230003 hi").mentioning(OTHER));
        assertSame("text-mention-all", Content.text("@all hi").mentioningEveryone());
    }

    @Test
    void givenQuotes_whenEncoded_thenAsThePeerDoes() {
        Message original = Message.newBuilder().setConversation("original").build();
        Message picture = Message.newBuilder()
                .setImageMessage(ImageMessage.newBuilder().setCaption("pic"))
                .build();
        MessageKey inGroup =
                MessageKey.builder(GROUP, false, "QUOTED2").participant(OTHER).build();

        assertSame(
                "text-quote-dm",
                Content.text("reply").quoting(received(MessageKey.of(FRIEND, false, "QUOTED1"), original)));
        assertSame("text-quote-group", Content.text("reply").quoting(received(inGroup, picture)));
    }

    @Test
    void givenALifetime_whenEncoded_thenAsThePeerDoes() {
        assertSame("text-ephemeral", Content.text("gone soon").expiringAfter(Duration.ofDays(7)));
    }

    @Test
    void givenForwardedMessages_whenEncoded_thenAsThePeerDoes() {
        Message plain = Message.newBuilder().setConversation("fwd").build();
        Message fourTimes = Message.newBuilder()
                .setExtendedTextMessage(ExtendedTextMessage.newBuilder()
                        .setText("fwd")
                        .setContextInfo(ContextInfo.newBuilder()
                                .setForwardingScore(4)
                                .setIsForwarded(true)
                                .setStanzaID("GONE")))
                .build();
        Message mine = Message.newBuilder().setConversation("mine").build();

        assertSame("forward-text", Content.forward(received(MessageKey.of(OTHER, false, "F1"), plain)));
        assertSame("forward-score", Content.forward(received(MessageKey.of(OTHER, false, "F2"), fourTimes)));
        assertSame("forward-own-not-marked", Content.forward(received(MessageKey.of(OTHER, true, "F3"), mine)));
    }

    @Test
    void givenAnImageToBeOpenedOnce_whenEncoded_thenAsThePeerDoes() {
        Message expected = message("image-view-once");
        Message.Builder image = expected.getViewOnceMessage().getMessage().toBuilder()
                .setMessageContextInfo(expected.getMessageContextInfo());
        image.getImageMessageBuilder().clearViewOnce();

        assertThat(codecs.encode(Content.raw(image.build()).viewOnce(), outbound(FRIEND)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "text, text,",
        "text-link-preview, media, url",
        "text-quote-dm, text,",
        "contact, media, vcard",
        "contacts, media, contact_array",
        "location, text,",
        "reaction, reaction,",
        "reaction-remove, reaction,",
        "poll-multi, poll,",
        "poll-single-v3, poll,",
        "poll-announcement-v2, poll,",
        "event, event,",
        "group-invite, media, url",
        "buttons-reply-plain, media, buttons_response",
        "buttons-reply-template, text,",
        "list-reply, media, list_response",
        "album-parent, text,",
        "request-phone, text,",
        "ephemeral-setting-dm-7d, text,",
        "image, media, image",
        "image-view-once, media, image",
        "video, media, video",
        "gif, media, gif",
        "ptv, media, ptv",
        "audio, media, audio",
        "ptt, media, ptt",
        "document, media, document",
        "sticker, media, sticker",
    })
    void givenARow_whenItsStanzaIsBuilt_thenItsKindIsNamed(String name, String type, String mediaType) {
        StanzaKind kind = codecs.stanzaOf(message(name));

        assertThat(kind.type()).isEqualTo(type);
        assertThat(kind.mediaType()).isEqualTo(mediaType);
    }

    /** The rows that this library makes itself, as an application makes them. */
    private static Map<String, Content> made() {
        MessageKey theirs = MessageKey.of(FRIEND, false, "R1");
        String vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nTEL;type=CELL;waid=15551230003:+1 555 123 0003\nEND:VCARD";
        MessageKey inGroup =
                MessageKey.builder(GROUP, false, "D2").participant(OTHER).build();
        Map<String, Content> made = new LinkedHashMap<>();
        made.put("contact", Content.contacts(new Contact("Jo", vcard)));
        made.put("contacts", Content.contacts(new Contact("Jo", vcard), new Contact("Al", vcard)));
        made.put(
                "location",
                Content.location(24.121231, 55.1121221).withName("Place").withAddress("Street 1"));
        made.put("reaction", Content.react(theirs, "\uD83D\uDC96"));
        made.put("reaction-remove", Content.unreact(theirs));
        made.put("revoke-own", Content.delete(MessageKey.of(FRIEND, true, "D1")));
        made.put("revoke-admin", Content.delete(inGroup));
        made.put("edit", Content.edit(MessageKey.of(FRIEND, true, "E1"), Content.text("edited")));
        made.put("pin", Content.pin(MessageKey.of(FRIEND, false, "P1"), Duration.ofDays(7)));
        made.put("unpin", Content.unpin(MessageKey.of(FRIEND, false, "P1")));
        made.put("poll-multi", Content.poll("Q?", "A", "B", "C"));
        made.put("poll-single-v3", Content.poll("Q?", "A", "B").withSelectable(1));
        made.put(
                "poll-announcement-v2",
                Content.poll("Q?", "A", "B").withSelectable(1).inAnnouncementGroup());
        made.put(
                "event",
                Content.event("Meet", Instant.ofEpochSecond(1_760_003_600L))
                        .withDescription("d")
                        .withEnd(Instant.ofEpochSecond(1_760_007_200L))
                        .withExtraGuests(true)
                        .withLocation(Content.location(1.5, 2.5).withName("L")));
        made.put("album-parent", Content.album(2, 1));
        made.put(
                "group-invite",
                Content.groupInvite(GROUP, "G", "ABCdef123", Instant.ofEpochSecond(1_760_259_200L))
                        .withCaption("join"));
        made.put("buttons-reply-plain", ButtonReplyContent.of("b1", "One"));
        made.put("buttons-reply-template", ButtonReplyContent.ofTemplate("b1", "One", 1));
        made.put("list-reply", ListReplyContent.of("row1", "T"));
        made.put("share-phone", Content.sharePhoneNumber());
        made.put("request-phone", Content.requestPhoneNumber());
        made.put("limit-sharing-on", Content.limitSharing(true));
        made.put("limit-sharing-off", Content.limitSharing(false));
        return made;
    }

    static Stream<String> namesMade() {
        return made().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("namesMade")
    void givenAKindMadeByAnApplication_whenEncoded_thenAsThePeerDoes(String name) {
        Message expected = message(name);

        Message sent = codecs.encode(made().get(name), outbound(chat(name)));

        assertThat(sent.getMessageContextInfo().hasMessageSecret())
                .isEqualTo(expected.getMessageContextInfo().hasMessageSecret());
        assertThat(withoutSecret(sent)).isEqualTo(withoutSecret(expected));
    }

    @ParameterizedTest
    @MethodSource("namesMade")
    void givenARow_whenRead_thenItIsWhatAnApplicationWouldHaveMade(String name) {
        MessageContent read = MessageContent.of(message(name));

        Content made = made().get(name);
        if (made instanceof EditContent edit) {
            assertThat(read).isInstanceOfSatisfying(EditContent.class, it -> {
                assertThat(it.target()).isEqualTo(edit.target());
                assertThat(it.content()).isEqualTo(edit.content());
            });
        } else {
            assertThat(read).isEqualTo(made);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void givenARow_whenReadAndSentAgain_thenNothingOfTheContentIsLost(String name) {
        Message expected = MessageWrappers.unwrapped(message(name));

        MessageContent read = MessageContent.of(message(name));

        if (read instanceof Content content && !(content instanceof EditContent)) {
            Message.Builder wire = codecs.withContext(content, outbound(chat(name)));
            // Its time is the time of sending.
            wire.getProtocolMessageBuilder().clearEphemeralSettingTimestamp();
            if (!expected.hasProtocolMessage()) {
                wire.clearProtocolMessage();
            }
            Message.Builder alone = ContextWriter.contentWithoutContext(expected);
            assertThat(ContextWriter.contentWithoutContext(wire.build()).build())
                    .isEqualTo(alone.build());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void givenARowThatIsNoFile_whenRead_thenItsKindIsKnown(String name) {
        Message message = MessageWrappers.unwrapped(message(name));
        boolean isFile = message.hasImageMessage()
                || message.hasVideoMessage()
                || message.hasPtvMessage()
                || message.hasAudioMessage()
                || message.hasDocumentMessage()
                || message.hasStickerMessage()
                || message.hasStickerPackMessage();

        assertThat(isFile || !(MessageContent.of(message(name)) instanceof UnknownContent))
                .isTrue();
    }

    @Test
    void givenTheSettingOfAChat_whenReadInItsWrapper_thenItSaysHowLongMessagesLast() {
        assertThat(MessageContent.of(message("ephemeral-setting-dm-7d")))
                .isEqualTo(Content.disappearingAfter(Duration.ofDays(7)));
        assertThat(MessageContent.of(message("ephemeral-setting-dm-off")))
                .isEqualTo(Content.disappearingAfter(Duration.ZERO));
    }

    @Test
    void givenALinkPreview_whenEncodedAndRead_thenAsThePeerDoes() {
        LinkPreview preview = LinkPreview.of("https://example.com/a", "Example")
                .withDescription("Desc")
                .withJpegThumbnail(message("text-link-preview")
                        .getExtendedTextMessage()
                        .getJPEGThumbnail()
                        .toByteArray());
        TextContent text = Content.text("see https://example.com/a").withPreview(preview);

        assertSame("text-link-preview", text);
        assertThat(MessageContent.of(message("text-link-preview"))).isEqualTo(text);
        assertThat(text.preview()).contains(preview);
    }

    private static Message withoutSecret(Message message) {
        Message.Builder content = message.toBuilder();
        content.getMessageContextInfoBuilder().clearMessageSecret();
        return content.build();
    }

    private void assertSame(String name, Content content) {
        assertSame(message(name), chat(name), content);
    }

    private void assertSame(Message expected, Jid chat, Content content) {
        Message sent = codecs.encode(content, outbound(chat));

        assertThat(sent.getMessageContextInfo().getMessageSecret().size()).isEqualTo(32);
        assertThat(sent.toBuilder().clearMessageContextInfo().build())
                .isEqualTo(expected.toBuilder().clearMessageContextInfo().build());
    }

    private static Outbound outbound(Jid to) {
        return new Outbound(ME, to, NOW);
    }

    private static WebMessage received(MessageKey key, Message message) {
        return new WebMessage(key, Instant.EPOCH, Optional.empty(), message);
    }

    private static Message message(String name) {
        try {
            return Message.parseFrom(
                    HexFormat.of().parseHex(row(name).get("proto").asText()));
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(name, e);
        }
    }

    private static Jid chat(String name) {
        return Jid.parse(row(name).get("chat").asText());
    }

    private static JsonNode row(String name) {
        return rows().filter(row -> row.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<JsonNode> rows() {
        return StreamSupport.stream(FILE.get("vectors").spliterator(), false);
    }
}
