package dev.waxwing;

import com.google.protobuf.ByteString;
import dev.waxwing.chat.ChatChange;
import dev.waxwing.chat.ChatUpdate;
import dev.waxwing.chat.Label;
import dev.waxwing.chat.LastMessages;
import dev.waxwing.chat.QuickReply;
import dev.waxwing.chat.SavedContact;
import dev.waxwing.chat.Setting;
import dev.waxwing.community.LinkResult;
import dev.waxwing.community.LinkedGroup;
import dev.waxwing.contact.ContactChange;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.EventBatch;
import dev.waxwing.event.EventKey;
import dev.waxwing.event.Events;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.event.MessageTrace;
import dev.waxwing.event.MessagesReaction;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupDescription;
import dev.waxwing.group.GroupInvite;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.media.MediaCache;
import dev.waxwing.media.TransferListener;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.EventResponse;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.model.LinkRequest;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.UserDevices;
import dev.waxwing.model.content.AudioContent;
import dev.waxwing.model.content.ButtonsContent;
import dev.waxwing.model.content.Contact;
import dev.waxwing.model.content.ContactsContent;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.DocumentContent;
import dev.waxwing.model.content.EventContent;
import dev.waxwing.model.content.GroupInviteContent;
import dev.waxwing.model.content.ImageContent;
import dev.waxwing.model.content.InteractiveContent;
import dev.waxwing.model.content.LinkPreview;
import dev.waxwing.model.content.ListContent;
import dev.waxwing.model.content.ListReplyContent;
import dev.waxwing.model.content.LiveLocationContent;
import dev.waxwing.model.content.LocationContent;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.NewsletterAdminInviteContent;
import dev.waxwing.model.content.PollContent;
import dev.waxwing.model.content.PollVote;
import dev.waxwing.model.content.ReactionContent;
import dev.waxwing.model.content.StickerContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.UnknownContent;
import dev.waxwing.model.content.VideoContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.presence.PresenceData;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.scaling.BatchListener;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchOutcome;
import dev.waxwing.scaling.BatchProgress;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * What arguments of a type may be: one that is in order, and those that are empty, huge or made to do harm. A public
 * method whose argument is of a type that is not here cannot be driven, and its test says so.
 */
final class HostileArguments {

    /** What functions throw that throw. */
    static final String THROWN = "thrown by the test";

    private static final String HUGE_TEXT = "x".repeat(5_000_000);
    private static final byte[] HUGE_BYTES = new byte[17 * 1024 * 1024];
    private static final Jid PERSON = Jid.parse("15550009999@s.whatsapp.net");
    private static final MessageKey KEY = MessageKey.of(PERSON, false, "3EB0AA");
    private static final WebMessage MESSAGE = new WebMessage(
            KEY,
            Instant.ofEpochSecond(1_760_000_000),
            Optional.empty(),
            Message.newBuilder().setConversation("hi").build());

    private final Map<Class<?>, Kind> kinds = new LinkedHashMap<>();

    /** Values that are in order where the type alone does not tell them, by method or type, and parameter. */
    private final Map<String, Object> inOrder = new LinkedHashMap<>();

    HostileArguments(Path folder) {
        simple();
        values();
        content();
        media();
        updates();
        functions();
        kind(Path.class, folder.resolve("good.db"), Path.of(""), folder, folder.resolve("missing/x.db"));
        inOrder();
    }

    /** One value that is in order, and others that are not, each under a name to tell it by. */
    record Kind(Object good, Map<String, Object> hostile) {}

    private void kind(Class<?> type, Object good, Object... hostile) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < hostile.length; i++) {
            named.put(i + ": " + shown(hostile[i]), hostile[i]);
        }
        kinds.put(type, new Kind(good, named));
    }

    private static String shown(Object value) {
        String text = value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value);
        String line = text.replaceAll("[^\\p{Print}]", "?");
        return line.length() <= 40 ? line : line.substring(0, 40) + "… of " + line.length();
    }

    /** Whether a text or bytes are larger than anything that is sent. */
    static boolean isHuge(Object value) {
        return value == HUGE_TEXT || value == HUGE_BYTES;
    }

    private void simple() {
        kind(
                String.class,
                "15550009999",
                "",
                " ",
                "\r\nHost: x",
                "\0",
                "@",
                "%s{}'\";--",
                "\ud800",
                "١٢٣",
                "\u202e👩‍👩‍👧",
                HUGE_TEXT);
        kind(int.class, 1, Integer.MIN_VALUE, -1, 0, 256, 65_536, Integer.MAX_VALUE);
        kind(long.class, 1L, Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
        kind(boolean.class, true, false);
        kind(float.class, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE);
        kind(double.class, 1.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE);
        kind(byte[].class, new byte[32], new byte[0], new byte[1], new byte[33], HUGE_BYTES);
        kind(
                Duration.class,
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ofNanos(1),
                Duration.ofSeconds(-1),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofSeconds(Long.MIN_VALUE));
        kind(Instant.class, Instant.ofEpochSecond(1_760_000_000), Instant.MIN, Instant.MAX, Instant.EPOCH);
        kind(Class.class, String.class);
        kind(Throwable.class, new IllegalStateException("cause"));
        kind(WaxwingException.class, new SocketClosedException("closed"));
        kind(InetSocketAddress.class, InetSocketAddress.createUnresolved("proxy.example", 3128));
        kind(Executor.class, (Executor) Runnable::run);
        kind(Clock.class, Clock.systemUTC());
        kind(EventLoopGroup.class, stand(EventLoopGroup.class));
        kind(DataSource.class, stand(DataSource.class));
    }

    private void values() {
        kind(
                Jid.class,
                PERSON,
                Jid.SERVER,
                Jid.GROUP_SERVER,
                Jid.STATUS_BROADCAST,
                Jid.parse("15550009999:99@s.whatsapp.net"),
                Jid.parse("100000000000001@lid"),
                Jid.group("120363000000000001"),
                Jid.parse("1@newsletter"),
                Jid.parse("1@bot"),
                Jid.parse("1@msgr"),
                Jid.parse("7-1@interop"),
                Jid.parse("1@call"),
                Jid.parse("1@hosted.lid"),
                Jid.parse("1@unassigned.77"),
                Jid.parse("a@nowhere.example"),
                new Jid("9".repeat(128), JidServer.PHONE, 255));
        kind(JidServer.class, JidServer.PHONE, JidServer.of("nowhere"), JidServer.ofDomainType(77));
        kind(
                MessageKey.class,
                KEY,
                MessageKey.of(Jid.SERVER, false, "A"),
                MessageKey.of(Jid.group("1"), false, "A"),
                MessageKey.of(Jid.STATUS_BROADCAST, true, "A"),
                MessageKey.of(Jid.parse("a@nowhere.example"), false, "A"));
        kind(
                Content.class,
                Content.text("hi"),
                Content.raw(Message.newBuilder()
                        .setConversation(HUGE_TEXT + HUGE_TEXT)
                        .build()),
                Content.text("x".repeat(65_536)));
        kind(
                Message.class,
                Message.newBuilder().setConversation("hi").build(),
                Message.getDefaultInstance(),
                wrapped(90),
                Message.newBuilder().setConversation(HUGE_TEXT).build());
        kind(
                WebMessage.class,
                MESSAGE,
                new WebMessage(
                        MessageKey.of(Jid.SERVER, true, "A"),
                        Instant.EPOCH,
                        Optional.of(""),
                        Message.getDefaultInstance()),
                new WebMessage(KEY, Instant.EPOCH, Optional.empty(), wrapped(90)));
        kind(SentMessage.class, new SentMessage(KEY, Instant.EPOCH));
        kind(UserDevices.class, UserDevices.none(PERSON));
        kind(EventKey.class, Events.CONNECTION_UPDATE);
        kind(
                EventBatch.class,
                new EventBatch(List.of(new EventBatch.Published<>(
                        Events.CONNECTION_UPDATE, ConnectionUpdate.of(ConnectionUpdate.State.OPEN)))));
        kind(
                IdentityChange.class,
                IdentityChange.builder(PERSON, IdentityChangeKind.NEW_KEY)
                        .device(PERSON)
                        .identityKey(new byte[32])
                        .build(),
                IdentityChange.builder(PERSON, IdentityChangeKind.NEW_KEY).build(),
                IdentityChange.builder(Jid.SERVER, IdentityChangeKind.NEW_PAIR).build(),
                IdentityChange.builder(Jid.group("1"), IdentityChangeKind.FALSE_DEVICE)
                        .build());
        kind(ConnectionUpdate.PendingNotifications.class, new ConnectionUpdate.PendingNotifications(0, 0, 0, 0, 0, 0));
        Jid group = Jid.group("120363000000000001");
        GroupParticipant member = GroupParticipant.of(PERSON);
        kind(GroupParticipant.class, member);
        kind(
                GroupMetadata.class,
                GroupMetadata.builder(group).participants(List.of(member)).build());
        kind(
                GroupDescription.class,
                new GroupDescription(Optional.empty(), "text", Optional.empty(), Optional.empty()));
        kind(
                GroupInvite.class,
                new GroupInvite(group, "code", Instant.ofEpochSecond(1_760_000_000), PERSON),
                new GroupInvite(group, "\r\n\0", Instant.MAX, PERSON),
                new GroupInvite(group, "x".repeat(256), Instant.MIN, PERSON));
        kind(GroupChange.class, new GroupChange.Subject("subject"));
        kind(ParticipantResult.class, new ParticipantResult(PERSON, Optional.empty(), 200, Optional.empty()));
        kind(LinkedGroup.class, new LinkedGroup(group, "subject", false));
        kind(LinkResult.class, new LinkResult(group, 200));
        chats();
        kind(PresenceData.class, new PresenceData(PresenceData.State.AVAILABLE, Optional.empty()));
        kind(BatchOptions.class, BatchOptions.builder().pacing(Pacing.NONE).build());
        kind(BatchProgress.class, new BatchProgress(1, 0, 0, 0, 0));
        kind(BatchOutcome.class, new BatchOutcome.Skipped());
        kind(Pacing.class, Pacing.NONE);
        kind(SendOptions.class, SendOptions.builder().build());
        kind(StoreTable.class, StoreTable.SESSIONS);
        kind(AccountStore.class, MemoryStore.create());
        kind(ListenerRetry.class, ListenerRetry.DEFAULT);
        kind(dev.waxwing.Proxy.class, dev.waxwing.Proxy.http("proxy.example", 3128));
        // Their own calls are driven elsewhere; as arguments they are there or not.
        kind(SocketConfig.class, new Object());
        kind(Socket.class, new Object());
        kind(Waxwing.class, new Object());
    }

    private void chats() {
        Instant time = Instant.ofEpochSecond(1_760_000_000);
        kind(
                LastMessages.class,
                LastMessages.none(),
                LastMessages.of(MessageKey.of(Jid.group("1"), false, "A"), time),
                LastMessages.of(MessageKey.of(Jid.SERVER, true, HUGE_TEXT), time),
                LastMessages.of(KEY, Instant.MAX),
                LastMessages.of(KEY, Instant.MIN));
        kind(LastMessages.Message.class, new LastMessages.Message(KEY, time));
        kind(
                SavedContact.class,
                SavedContact.builder(PERSON).build(),
                SavedContact.builder(PERSON).removed(true).build());
        kind(Label.class, Label.of("1", "label", 0), Label.of("\0", "", 255));
        kind(QuickReply.class, new QuickReply("1", "/hi", "hello", List.of()), new QuickReply("\0", "", "", List.of()));
        kind(ChatChange.class, new ChatChange.Pinned(true));
        kind(ChatUpdate.class, new ChatUpdate(PERSON, time, new ChatChange.Pinned(true)));
        kind(Setting.class, new Setting.UnarchiveChats(true));
        kind(SyncActionValue.class, SyncActionValue.getDefaultInstance());
        kind(OptionalLong.class, OptionalLong.empty(), OptionalLong.of(Long.MIN_VALUE), OptionalLong.of(7));
        kind(URI.class, URI.create("https://picture.example/1.jpg"), URI.create(""));
        kind(ContactChange.class, new ContactChange.PictureRemoved());
        kind(OptionalInt.class, OptionalInt.empty(), OptionalInt.of(Integer.MIN_VALUE), OptionalInt.of(7));
        kind(Integer.class, 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private void content() {
        Jid group = Jid.group("120363000000000001");
        Instant time = Instant.ofEpochSecond(1_760_000_000);
        kind(
                dev.waxwing.proto.common.MessageKey.class,
                dev.waxwing.proto.common.MessageKey.newBuilder()
                        .setRemoteJID(PERSON.toString())
                        .setID("3EB0AA")
                        .build(),
                dev.waxwing.proto.common.MessageKey.getDefaultInstance(),
                dev.waxwing.proto.common.MessageKey.newBuilder()
                        .setRemoteJID(PERSON.toString())
                        .build(),
                dev.waxwing.proto.common.MessageKey.newBuilder()
                        .setRemoteJID(HUGE_TEXT)
                        .setID(HUGE_TEXT)
                        .build());
        TextContent text = Content.text("see https://waxwing.example");
        kind(TextContent.class, text);
        kind(
                LinkPreview.class,
                LinkPreview.of("https://waxwing.example", "title"),
                LinkPreview.of("https://nowhere.example", "not in the text"));
        kind(MessageContent.class, text, new UnknownContent(wrapped(90)));
        kind(
                Contact.class,
                Contact.of("Bob", PERSON),
                new Contact("", ""),
                new Contact(HUGE_TEXT, "BEGIN:VCARD\nEND:VCARD"),
                new Contact("Bob", HUGE_TEXT));
        kind(ContactsContent.class, Content.contacts(Contact.of("Bob", PERSON)));
        kind(LocationContent.class, Content.location(1, 1));
        kind(LiveLocationContent.class, Content.liveLocation(1, 1));
        kind(PollContent.class, Content.poll("question", "yes", "no"), (PollContent)
                MessageContent.of(Message.newBuilder()
                        .setPollCreationMessage(dev.waxwing.proto.e2e.PollCreationMessage.getDefaultInstance())
                        .build()));
        kind(PollVote.class, new PollVote(List.of(), time), new PollVote(List.of("", HUGE_TEXT), Instant.MIN));
        kind(EventContent.class, Content.event("event", time));
        kind(EventResponse.class, new EventResponse(EventResponse.Answer.GOING, 0, time));
        kind(GroupInviteContent.class, Content.groupInvite(group, "group", "code", time));
        kind(
                NewsletterAdminInviteContent.class,
                NewsletterAdminInviteContent.of(Jid.parse("1@newsletter"), "newsletter", time));
        kind(ListReplyContent.class, ListReplyContent.of("id", "title"));
        kind(ReactionContent.class, Content.react(KEY, "👍"), Content.unreact(KEY));
        kind(ButtonsContent.Button.class, new ButtonsContent.Button("id", "text", ""));
        kind(ListContent.Row.class, new ListContent.Row("id", "title", ""));
        kind(ListContent.Section.class, new ListContent.Section("title", List.of()));
        kind(InteractiveContent.Button.class, new InteractiveContent.Button("name", "{}"));
        kind(InteractiveContent.class, new InteractiveContent("", "text", "", List.of(), List.of()));
    }

    private void media() {
        MediaSource source = MediaSource.bytes(new byte[] {1});
        kind(MediaSource.class, source, MediaSource.file(Path.of("")), MediaSource.stream(() -> {
            throw new IllegalStateException(THROWN);
        }));
        kind(MediaSource.Opener.class, (MediaSource.Opener) () -> InputStream.nullInputStream(), (MediaSource.Opener)
                () -> {
                    throw new IOException(THROWN);
                });
        MediaReference reference = MediaReference.builder(MediaKind.IMAGE)
                .directPath("/v/t62.7118-24/none?oe=1")
                .mediaKey(new byte[32])
                .build();
        kind(
                MediaReference.class,
                reference,
                MediaReference.builder(MediaKind.IMAGE).build(),
                MediaReference.builder(MediaKind.IMAGE)
                        .directPath("//\r\nHost: x")
                        .url("https://example.com/x")
                        .fileLength(Long.MAX_VALUE)
                        .mediaKey(new byte[32])
                        .build());
        kind(MediaContent.class, Content.image(source), Content.image(MediaSource.file(Path.of("missing"))));
        kind(TransferOptions.class, TransferOptions.builder().build());
        kind(TransferListener.class, (TransferListener) (done, total) -> {}, (TransferListener) (done, total) -> {
            throw new IllegalStateException(THROWN);
        });
        kind(MediaCache.class, stand(MediaCache.class));
        kind(OutputStream.class, OutputStream.nullOutputStream());
        kind(ImageContent.class, Content.image(source));
        kind(VideoContent.class, Content.video(source));
        kind(AudioContent.class, Content.voiceNote(source));
        kind(DocumentContent.class, Content.document(source, "file"));
        kind(StickerContent.class, Content.sticker(source));
    }

    private void updates() {
        kind(MessagesUpdate.Update.class, new MessagesUpdate.StatusChange(KEY, MessageStatus.READ));
        kind(MessagesReaction.Reaction.class, new MessagesReaction.Reaction(KEY, Content.react(KEY, "👍"), MESSAGE));
        kind(LinkRequest.class, LinkRequest.builder(PERSON).build());
        kind(LinkRequest.Builder.class, LinkRequest.builder(PERSON));
    }

    private void functions() {
        RuntimeException thrown = new IllegalStateException(THROWN);
        kind(Consumer.class, (Consumer<Object>) value -> {});
        kind(BiConsumer.class, (BiConsumer<Object, Object>) (one, other) -> {});
        kind(Predicate.class, (Predicate<Object>) value -> false);
        kind(Supplier.class, (Supplier<Object>) () -> null);
        kind(BatchListener.class, (BatchListener) (recipient, outcome, progress) -> {});
        kind(
                Function.class,
                (Function<Object, Object>) value -> Content.text("hi"),
                named(value -> null),
                named(value -> {
                    throw thrown;
                }));
    }

    private static Function<Object, Object> named(Function<Object, Object> function) {
        return function;
    }

    private void inOrder() {
        inOrder.put("JidServer.name", "lid");
        inOrder.put("Browser.os", "Waxwing");
        inOrder.put("Proxy.http.host", "proxy.example");
        inOrder.put("StoreTable.of.wireName", "sessions");
        inOrder.put("SafetyNumber.digits", "1".repeat(60));
        inOrder.put("PostgresStore.builder.jdbcUrl", "jdbc:postgresql://127.0.0.1/none");
        inOrder.put("Socket.sendReceipt.type", ReceiptType.READ);
        inOrder.put("Socket.sendReceipts.type", ReceiptType.READ);
        inOrder.put("ListenerRetry.longestPause", Duration.ofSeconds(2));
        Jid group = Jid.group("120363000000000001");
        MessageKey ownStatus = MessageKey.of(Jid.STATUS_BROADCAST, true, "3EB0AA");
        MessageKey status = MessageKey.builder(Jid.STATUS_BROADCAST, false, "3EB0AB")
                .participant(Jid.parse("15550009999@s.whatsapp.net"))
                .build();
        inOrder.put("Status.revoke.status", ownStatus);
        inOrder.put("Status.react.status", status);
        inOrder.put(
                "Status.reply.status",
                new WebMessage(
                        status,
                        Instant.EPOCH,
                        Optional.empty(),
                        Message.newBuilder().setConversation("a status").build()));
        inOrder.put("Groups.group", group);
        inOrder.put("Groups.toggleEphemeral.expiration", Duration.ofDays(1));
        inOrder.put("Communities.community", group);
        inOrder.put("Socket.phoneNumber", "15551234567");
        inOrder.put("Content.edit.target", MessageKey.of(PERSON, true, "3EB0AA"));
        inOrder.put("Content.pin.lifetime", Duration.ofDays(1));
        inOrder.put("Content.groupInvite.group", group);
        inOrder.put("NewsletterAdminInviteContent.newsletter", Jid.parse("1@newsletter"));
        WebMessage picture = new WebMessage(
                KEY,
                Instant.EPOCH,
                Optional.empty(),
                Message.newBuilder()
                        .setImageMessage(dev.waxwing.proto.e2e.ImageMessage.newBuilder()
                                .setDirectPath("/v/t62.7118-24/none?oe=1")
                                .setMediaKey(ByteString.copyFrom(new byte[32])))
                        .build());
        inOrder.put("Media.download.message", picture);
        inOrder.put("Media.downloadTo.message", picture);
        inOrder.put("Media.updateMediaMessage.message", picture);
        inOrder.put("Media.downloadRange.to", 2L);
        inOrder.put("AudioContent.waveform", new byte[AudioContent.WAVEFORM_VALUES]);
        for (String kind : List.of("Image", "Video", "Audio", "Document", "Sticker")) {
            inOrder.put(kind + "Content.mimetype", "image/png");
        }
        inOrder.put("Communities.group", group);
        inOrder.put("Communities.groups", List.of(group));
        inOrder.put("GroupMetadata.id", group);
        inOrder.put("GroupInvite.group", group);
        inOrder.put("Privacy.updateExceptions.removed", List.of());
    }

    /** A value that is in order. */
    Object good(Executable method, Parameter parameter) {
        String name = PublicMethods.shortName(method);
        String type = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        Object named = inOrder.get(name + "." + parameter.getName());
        Object ofType = inOrder.get(type + "." + parameter.getName());
        return named != null
                ? named
                : ofType != null
                        ? ofType
                        : kind(parameter.getParameterizedType()).good();
    }

    /** Values of the parameter's type that are empty, huge, or made to do harm; null is not one of them. */
    Map<String, Object> hostile(Parameter parameter) {
        return kind(parameter.getParameterizedType()).hostile();
    }

    /** A value of a type with methods of its own, or null if there is none here. */
    Object subject(Class<?> type) {
        Kind kind = kinds.get(type);
        return kind != null && type.isInstance(kind.good()) ? kind.good() : null;
    }

    private Kind kind(Type type) {
        Class<?> raw = raw(type);
        if (kinds.containsKey(raw)) {
            return kinds.get(raw);
        }
        if (raw.isEnum()) {
            return new Kind(raw.getEnumConstants()[0], Map.of());
        }
        if (raw == Object.class) {
            return new Kind(new Object(), Map.of());
        }
        if (raw == Optional.class) {
            return new Kind(Optional.empty(), Map.of());
        }
        if (raw == Map.class) {
            Map<Object, Object> withNull = new LinkedHashMap<>();
            withNull.put(null, null);
            return new Kind(Map.of(), Map.of("a null entry", withNull));
        }
        if (Collection.class.isAssignableFrom(raw) || raw.isArray()) {
            return collection(raw, raw.isArray() ? raw.getComponentType() : argument(type));
        }
        throw unknown(raw);
    }

    private Kind collection(Class<?> raw, Type element) {
        Kind kind = elements(element);
        Map<String, Object> hostile = new LinkedHashMap<>();
        hostile.put("empty", as(raw, element, List.of()));
        hostile.put("a null element", as(raw, element, Collections.singletonList(null)));
        kind.hostile().forEach((name, value) -> hostile.put("an element " + name, as(raw, element, List.of(value))));
        hostile.put("twice the same", as(raw, element, Arrays.asList(kind.good(), kind.good())));
        if (raw(element) == MessageKey.class) {
            hostile.put("100,000 elements", as(raw, element, keys()));
        }
        return new Kind(as(raw, element, List.of(kind.good())), hostile);
    }

    private Kind elements(Type element) {
        Class<?> raw = raw(element);
        if (raw == Integer.class) {
            return kinds.get(int.class);
        }
        if (raw == EventBatch.Published.class) {
            return new Kind(
                    new EventBatch.Published<>(
                            Events.CONNECTION_UPDATE, ConnectionUpdate.of(ConnectionUpdate.State.OPEN)),
                    Map.of());
        }
        if (raw == MessageTrace.Step.class) {
            return new Kind(new MessageTrace.Step("step", Duration.ZERO), Map.of());
        }
        return kind(element);
    }

    private static List<MessageKey> keys() {
        return IntStream.range(0, 100_000)
                .mapToObj(i -> MessageKey.of(PERSON, false, "3EB0" + i))
                .toList();
    }

    private static Object as(Class<?> raw, Type element, List<?> values) {
        if (raw.isArray()) {
            return values.toArray(size -> (Object[]) java.lang.reflect.Array.newInstance(raw(element), size));
        }
        if (raw == Set.class) {
            return Collections.unmodifiableSet(new java.util.LinkedHashSet<>(values));
        }
        return new ArrayList<>(values);
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class<?> exact) {
            return exact;
        }
        if (type instanceof ParameterizedType parameterized) {
            return (Class<?>) parameterized.getRawType();
        }
        if (type instanceof TypeVariable<?> variable) {
            return raw(variable.getBounds()[0]);
        }
        return Object.class;
    }

    private static AssertionError unknown(Class<?> type) {
        return new AssertionError("HostileArguments does not know what " + type.getName()
                + " may be: give it a value that is in order, and those that do harm");
    }

    private static Message wrapped(int depth) {
        Message message = Message.newBuilder()
                .setConversation("inside")
                .setMessageContextInfo(dev.waxwing.proto.e2e.MessageContextInfo.newBuilder()
                        .setMessageSecret(ByteString.copyFrom(new byte[3])))
                .build();
        for (int i = 0; i < depth; i++) {
            message = Message.newBuilder()
                    .setEphemeralMessage(dev.waxwing.proto.e2e.FutureProofMessage.newBuilder()
                            .setMessage(message))
                    .build();
        }
        return message;
    }

    private static Object stand(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            throw new UnsupportedOperationException(method.getName());
        });
    }
}
