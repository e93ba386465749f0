package dev.waxwing.interop;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.AlbumContent;
import dev.waxwing.model.content.ButtonReplyContent;
import dev.waxwing.model.content.ButtonsContent;
import dev.waxwing.model.content.CommentContent;
import dev.waxwing.model.content.Contact;
import dev.waxwing.model.content.ContactsContent;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.DeleteContent;
import dev.waxwing.model.content.DisappearingTimerContent;
import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.EventContent;
import dev.waxwing.model.content.GroupInviteContent;
import dev.waxwing.model.content.InteractiveContent;
import dev.waxwing.model.content.InteractiveReplyContent;
import dev.waxwing.model.content.KeepContent;
import dev.waxwing.model.content.LimitSharingContent;
import dev.waxwing.model.content.LinkPreview;
import dev.waxwing.model.content.ListContent;
import dev.waxwing.model.content.ListReplyContent;
import dev.waxwing.model.content.LiveLocationContent;
import dev.waxwing.model.content.LocationContent;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.NewsletterAdminInviteContent;
import dev.waxwing.model.content.OrderContent;
import dev.waxwing.model.content.PinContent;
import dev.waxwing.model.content.PollContent;
import dev.waxwing.model.content.ProductContent;
import dev.waxwing.model.content.ReactionContent;
import dev.waxwing.model.content.RequestPhoneNumberContent;
import dev.waxwing.model.content.SharePhoneNumberContent;
import dev.waxwing.model.content.TextContent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Each kind of content without a file: how each client sends it, and what the other must make of it. */
final class ContentTable {

    private static final String VCARD = "BEGIN:VCARD\\nVERSION:3.0\\nFN:Jo\\nEND:VCARD";
    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");
    private static final Jid NEWSLETTER = Jid.parse("120363000000000077@newsletter");
    private static final Instant START = Instant.ofEpochSecond(1_900_000_000L);

    private ContentTable() {}

    /**
     * One row.
     *
     * @param name what the table calls it
     * @param kind the class
     * @param sent what Waxwing sends, given the key of a message of its own and of one of the other; null if it does
     *     not send this kind
     * @param atBaileys a pointer into what Baileys reads, and the text there
     * @param baileys what Baileys sends: its content as JSON, with {@code $KEY} for the key of a message of its own and
     *     {@code $OTHER} for one of Waxwing's; null if it cannot
     * @param wire what Baileys passes on unread, where it has no content for it; null if it has
     * @param read what Waxwing must read, without its target
     */
    record Row(
            String name,
            Class<? extends MessageContent> kind,
            @Nullable Function<Targets, Content> sent,
            List<String> atBaileys,
            @Nullable String baileys,
            @Nullable String wire,
            Function<MessageContent, @Nullable Object> read,
            @Nullable Object expected) {}

    /** Messages that others are about. */
    record Targets(MessageKey mine, MessageKey theirs) {}

    private static <C extends MessageContent> Row row(
            String name,
            Class<C> kind,
            @Nullable Function<Targets, Content> sent,
            List<String> atBaileys,
            @Nullable String baileys,
            @Nullable String wire,
            Function<C, @Nullable Object> read,
            @Nullable Object expected) {
        return new Row(name, kind, sent, atBaileys, baileys, wire, content -> read.apply(kind.cast(content)), expected);
    }

    static List<Row> rows() {
        return List.of(
                row(
                        "text",
                        TextContent.class,
                        to -> Content.text("hello"),
                        List.of("/extendedTextMessage/text", "hello"),
                        "{'text':'hello'}",
                        null,
                        TextContent::text,
                        "hello"),
                row(
                        "text with a link preview",
                        TextContent.class,
                        to -> Content.text("see https://example.com/a")
                                .withPreview(LinkPreview.of("https://example.com/a", "Example")),
                        List.of("/extendedTextMessage/title", "Example"),
                        "{'text':'see https://example.com/a','linkPreview':{'matched-text':'https://example.com/a',"
                                + "'canonical-url':'https://example.com/a','title':'Example'}}",
                        null,
                        text -> text.preview().orElseThrow().title(),
                        "Example"),
                row(
                        "contact",
                        ContactsContent.class,
                        to -> Content.contacts(new Contact("Jo", "BEGIN:VCARD\nEND:VCARD")),
                        List.of("/contactMessage/displayName", "Jo"),
                        "{'contacts':{'displayName':'Jo','contacts':[{'displayName':'Jo','vcard':'" + VCARD + "'}]}}",
                        null,
                        contacts -> contacts.contacts().get(0).displayName(),
                        "Jo"),
                row(
                        "contacts",
                        ContactsContent.class,
                        to -> Content.contacts(new Contact("Jo", "v"), new Contact("Al", "v")),
                        List.of("/contactsArrayMessage/contacts/1/displayName", "Al"),
                        "{'contacts':{'displayName':'2','contacts':[{'displayName':'Jo','vcard':'v'},"
                                + "{'displayName':'Al','vcard':'v'}]}}",
                        null,
                        contacts -> contacts.contacts().get(1).displayName(),
                        "Al"),
                row(
                        "location",
                        LocationContent.class,
                        to -> Content.location(24.5, 55.25).withName("Place"),
                        List.of("/locationMessage/degreesLongitude", "55.25"),
                        "{'location':{'degreesLatitude':24.5,'degreesLongitude':55.25,'name':'Place'}}",
                        null,
                        LocationContent::longitude,
                        55.25),
                row(
                        "live location",
                        LiveLocationContent.class,
                        to -> Content.liveLocation(24.5, 55.25).withSequenceNumber(7),
                        List.of("/liveLocationMessage/sequenceNumber", "7"),
                        null,
                        "{'liveLocationMessage':{'degreesLatitude':24.5,'degreesLongitude':55.25,'sequenceNumber':7}}",
                        LiveLocationContent::sequenceNumber,
                        7L),
                row(
                        "reaction",
                        ReactionContent.class,
                        to -> Content.react(to.theirs(), "\u2764"),
                        List.of("/reactionMessage/text", "\u2764"),
                        "{'react':{'text':'\u2764','key':$OTHER}}",
                        null,
                        reaction -> reaction.emoji() + reaction.target().fromMe(),
                        "\u2764true"),
                row(
                        "reaction's removal",
                        ReactionContent.class,
                        to -> Content.unreact(to.theirs()),
                        List.of("/reactionMessage/text", ""),
                        "{'react':{'text':'','key':$OTHER}}",
                        null,
                        ReactionContent::isRemoval,
                        true),
                row(
                        "edit",
                        EditContent.class,
                        to -> Content.edit(to.mine(), Content.text("edited")),
                        List.of("/protocolMessage/editedMessage/extendedTextMessage/text", "edited"),
                        "{'text':'edited','edit':$KEY}",
                        null,
                        edit -> ((TextContent) edit.content()).text()
                                + edit.target().fromMe(),
                        "editedfalse"),
                row(
                        "deletion",
                        DeleteContent.class,
                        to -> Content.delete(to.mine()),
                        List.of("/protocolMessage/type", "REVOKE"),
                        "{'delete':$KEY}",
                        null,
                        delete -> delete.target().fromMe(),
                        false),
                row(
                        "pin",
                        PinContent.class,
                        to -> Content.pin(to.theirs(), Duration.ofDays(7)),
                        List.of("/messageContextInfo/messageAddOnDurationInSecs", "604800"),
                        "{'pin':$OTHER,'type':1,'time':604800}",
                        null,
                        pin -> pin.lifetime().orElseThrow().toDays(),
                        7L),
                row(
                        "pin's removal",
                        PinContent.class,
                        to -> Content.unpin(to.theirs()),
                        List.of("/pinInChatMessage/type", "UNPIN_FOR_ALL"),
                        "{'pin':$OTHER,'type':2}",
                        null,
                        PinContent::isRemoval,
                        true),
                row(
                        "keep",
                        KeepContent.class,
                        to -> Content.keep(to.theirs()),
                        List.of("/keepInChatMessage/keepType", "KEEP_FOR_ALL"),
                        null,
                        "{'keepInChatMessage':{'key':$OTHER,'keepType':1,'timestampMs':1}}",
                        KeepContent::isRemoval,
                        false),
                row(
                        "keep's removal",
                        KeepContent.class,
                        to -> Content.unkeep(to.theirs()),
                        List.of("/keepInChatMessage/keepType", "UNDO_KEEP_FOR_ALL"),
                        null,
                        "{'keepInChatMessage':{'key':$OTHER,'keepType':2,'timestampMs':1}}",
                        KeepContent::isRemoval,
                        true),
                row(
                        "poll for several answers",
                        PollContent.class,
                        to -> Content.poll("Q?", "A", "B"),
                        List.of("/pollCreationMessage/options/1/optionName", "B"),
                        "{'poll':{'name':'Q?','values':['A','B']}}",
                        null,
                        poll -> poll.options().get(1) + poll.version(),
                        "B1"),
                row(
                        "poll for one answer",
                        PollContent.class,
                        to -> Content.poll("Q?", "A", "B").withSelectable(1),
                        List.of("/pollCreationMessageV3/selectableOptionsCount", "1"),
                        "{'poll':{'name':'Q?','values':['A','B'],'selectableCount':1}}",
                        null,
                        PollContent::version,
                        3),
                row(
                        "poll in an announcement group",
                        PollContent.class,
                        to -> Content.poll("Q?", "A", "B").inAnnouncementGroup(),
                        List.of("/pollCreationMessageV2/name", "Q?"),
                        "{'poll':{'name':'Q?','values':['A','B'],'toAnnouncementGroup':true}}",
                        null,
                        PollContent::version,
                        2),
                row(
                        "event",
                        EventContent.class,
                        to -> Content.event("Meet", START),
                        List.of("/eventMessage/startTime", "1900000000"),
                        "{'event':{'name':'Meet','startDate':1900000000000}}",
                        null,
                        EventContent::startsAt,
                        START),
                row(
                        "disappearing timer",
                        DisappearingTimerContent.class,
                        to -> Content.disappearingAfter(Duration.ZERO),
                        List.of("/protocolMessage/type", "EPHEMERAL_SETTING"),
                        "{'disappearingMessagesInChat':false}",
                        null,
                        timer -> timer.lifetime().isEmpty(),
                        true),
                row(
                        "group invitation",
                        GroupInviteContent.class,
                        to -> Content.groupInvite(GROUP, "G", "ABC", START).withCaption("join"),
                        List.of("/groupInviteMessage/inviteCode", "ABC"),
                        "{'groupInvite':{'jid':'120363000000000001@g.us','subject':'G','inviteCode':'ABC',"
                                + "'inviteExpiration':1900000000,'text':'join'}}",
                        null,
                        invite -> invite.code() + invite.caption(),
                        "ABCjoin"),
                row(
                        "newsletter admin invitation",
                        NewsletterAdminInviteContent.class,
                        to -> NewsletterAdminInviteContent.of(NEWSLETTER, "N", START),
                        List.of("/newsletterAdminInviteMessage/newsletterName", "N"),
                        null,
                        "{'newsletterAdminInviteMessage':{'newsletterJid':'120363000000000077@newsletter',"
                                + "'newsletterName':'N'}}",
                        NewsletterAdminInviteContent::newsletterName,
                        "N"),
                row(
                        "album",
                        AlbumContent.class,
                        to -> Content.album(2, 1),
                        List.of("/albumMessage/expectedImageCount", "2"),
                        "{'album':{'expectedImageCount':2,'expectedVideoCount':1}}",
                        null,
                        AlbumContent::images,
                        2),
                row(
                        "comment",
                        CommentContent.class,
                        to -> Content.comment(to.theirs(), Content.text("indeed")),
                        List.of("/commentMessage/message/extendedTextMessage/text", "indeed"),
                        null,
                        "{'commentMessage':{'message':{'conversation':'indeed'},'targetMessageKey':$OTHER}}",
                        comment -> ((TextContent) comment.content()).text(),
                        "indeed"),
                row(
                        "button's reply",
                        ButtonReplyContent.class,
                        to -> ButtonReplyContent.of("b1", "One"),
                        List.of("/buttonsResponseMessage/selectedButtonId", "b1"),
                        "{'buttonReply':{'id':'b1','displayText':'One','index':1},'type':'plain'}",
                        null,
                        ButtonReplyContent::buttonId,
                        "b1"),
                row(
                        "template button's reply",
                        ButtonReplyContent.class,
                        to -> ButtonReplyContent.ofTemplate("b1", "One", 1),
                        List.of("/templateButtonReplyMessage/selectedId", "b1"),
                        "{'buttonReply':{'id':'b1','displayText':'One','index':1},'type':'template'}",
                        null,
                        reply -> reply.templateIndex().orElseThrow(),
                        1),
                row(
                        "list's reply",
                        ListReplyContent.class,
                        to -> ListReplyContent.of("row1", "T"),
                        List.of("/listResponseMessage/singleSelectReply/selectedRowId", "row1"),
                        "{'listReply':{'title':'T','listType':1,'singleSelectReply':{'selectedRowId':'row1'}}}",
                        null,
                        ListReplyContent::rowId,
                        "row1"),
                row(
                        "interactive reply",
                        InteractiveReplyContent.class,
                        to -> InteractiveReplyContent.of("flow", "{}", "done"),
                        List.of("/interactiveResponseMessage/nativeFlowResponseMessage/name", "flow"),
                        null,
                        "{'interactiveResponseMessage':{'body':{'text':'done'},"
                                + "'nativeFlowResponseMessage':{'name':'flow','paramsJson':'{}','version':1}}}",
                        InteractiveReplyContent::name,
                        "flow"),
                row(
                        "phone number asked for",
                        RequestPhoneNumberContent.class,
                        to -> Content.requestPhoneNumber(),
                        List.of("/requestPhoneNumberMessage", ""),
                        "{'requestPhoneNumber':true}",
                        null,
                        request -> true,
                        true),
                row(
                        "phone number shown",
                        SharePhoneNumberContent.class,
                        to -> Content.sharePhoneNumber(),
                        List.of("/protocolMessage/type", "SHARE_PHONE_NUMBER"),
                        "{'sharePhoneNumber':true}",
                        null,
                        share -> true,
                        true),
                row(
                        "limited sharing",
                        LimitSharingContent.class,
                        to -> Content.limitSharing(true),
                        List.of("/protocolMessage/limitSharing/sharingLimited", "true"),
                        "{'limitSharing':true}",
                        null,
                        LimitSharingContent::isLimited,
                        true),
                row(
                        "buttons",
                        ButtonsContent.class,
                        null,
                        List.of(),
                        null,
                        "{'buttonsMessage':{'contentText':'choose','footerText':'f','headerType':1,"
                                + "'buttons':[{'buttonId':'b1','buttonText':{'displayText':'One'},'type':1}]}}",
                        buttons -> buttons.buttons().get(0).id(),
                        "b1"),
                row(
                        "template",
                        ButtonsContent.class,
                        null,
                        List.of(),
                        null,
                        "{'templateMessage':{'hydratedTemplate':{'hydratedContentText':'choose',"
                                + "'hydratedButtons':[{'index':0,'quickReplyButton':{'displayText':'One','id':'b1'}}]}}}",
                        buttons -> buttons.buttons().get(0).id(),
                        "b1"),
                row(
                        "list",
                        ListContent.class,
                        null,
                        List.of(),
                        null,
                        "{'listMessage':{'title':'T','buttonText':'open','listType':1,"
                                + "'sections':[{'title':'S','rows':[{'title':'R','rowId':'row1'}]}]}}",
                        list -> list.sections().get(0).rows().get(0).id(),
                        "row1"),
                row(
                        "interactive message",
                        InteractiveContent.class,
                        null,
                        List.of(),
                        null,
                        "{'interactiveMessage':{'body':{'text':'do'},'nativeFlowMessage':{'buttons':"
                                + "[{'name':'flow','buttonParamsJson':'{}'}]}}}",
                        interactive -> interactive.buttons().get(0).name(),
                        "flow"),
                row(
                        "product",
                        ProductContent.class,
                        null,
                        List.of(),
                        null,
                        "{'productMessage':{'product':{'productId':'p1','title':'Tea'}}}",
                        ProductContent::title,
                        "Tea"),
                row(
                        "order",
                        OrderContent.class,
                        null,
                        List.of(),
                        null,
                        "{'orderMessage':{'orderId':'o1','itemCount':2,'token':'t'}}",
                        OrderContent::orderId,
                        "o1"));
    }
}
