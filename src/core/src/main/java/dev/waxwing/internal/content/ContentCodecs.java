package dev.waxwing.internal.content;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.WireForm;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageAssociation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of content that this account can send, as they were registered; step 1 of sending. How content is encoded
 * hangs on its class. Its stanza attributes hang on the wire form, since a raw message and one that is sent again have
 * nothing else. Filled when the areas register, before the first message is sent; safe on any thread.
 */
public final class ContentCodecs {

    private static final int SECRET_BYTES = 32;

    /** More wrappers than any client nests. */
    private static final int MOST_WRAPPERS = 8;

    private final Map<Class<?>, ContentEncoder<Content>> encoders = new ConcurrentHashMap<>();
    private final List<StanzaRow> stanzas = new CopyOnWriteArrayList<>();
    private volatile @Nullable ContentPreparation preparation;

    /** Creates a registry with the kinds that need no area. */
    public ContentCodecs() {
        StandardContent.register(this);
    }

    /**
     * Registers how a kind of content is encoded that needs more than itself; see {@link WireForm} for the others.
     *
     * @param <C> the kind
     * @param kind its class
     * @param encoder gives it its wire form
     * @throws IllegalStateException if the kind is registered already
     */
    public <C extends Content> void content(Class<C> kind, ContentEncoder<C> encoder) {
        requireNonNull(encoder, "encoder");
        if (encoders.putIfAbsent(kind, (content, outbound) -> encoder.encode(kind.cast(content), outbound)) != null) {
            throw new IllegalStateException(kind + " is registered twice");
        }
    }

    /**
     * Registers the stanza attributes of a kind of message, if they are always the same.
     *
     * @param carries whether a message is of the kind, for example {@code Message::hasImageMessage}
     * @param attributes its attributes
     */
    public void stanza(Predicate<Message> carries, StanzaKind attributes) {
        requireNonNull(attributes, "attributes");
        stanza(carries, message -> attributes);
    }

    /**
     * Registers the stanza attributes of a kind of message. The first registration that fits a message holds; one that
     * fits a wrapper holds before those that fit its content.
     *
     * @param carries whether a message is of the kind, for example {@code Message::hasImageMessage}
     * @param attributes given the message, its attributes
     */
    public void stanza(Predicate<Message> carries, Function<Message, StanzaKind> attributes) {
        stanzas.add(new StanzaRow(requireNonNull(carries, "carries"), requireNonNull(attributes, "attributes")));
    }

    /**
     * Says who uploads the files of content.
     *
     * @param preparation called for content that {@link #needsPreparation}
     */
    public void preparing(ContentPreparation preparation) {
        this.preparation = requireNonNull(preparation, "preparation");
    }

    /**
     * Whether content has to be prepared before it can be encoded.
     *
     * @param content what the application gave
     * @return true if it has a file that is not uploaded
     */
    public boolean needsPreparation(Content content) {
        return preparation != null
                && content instanceof MediaContent media
                && media.source().isPresent();
    }

    /**
     * Prepares content.
     *
     * @param content what the application gave
     * @return completes with content that can be encoded; cancelling it ends what is under way
     */
    public CompletableFuture<Content> prepared(Content content) {
        ContentPreparation uploads = preparation;
        return uploads == null ? CompletableFuture.completedFuture(content) : uploads.prepare(content);
    }

    /**
     * Content as it can be encoded to find out whether it can be sent, with its file or without.
     *
     * @param content what the application gave
     * @return content that is not to be sent
     */
    public static Content preview(Content content) {
        return content instanceof MediaContent media && media.source().isPresent()
                ? media.withReference(MediaReference.builder(media.kind()).build())
                : content;
    }

    /**
     * Encodes content.
     *
     * @param content what the application gave
     * @param outbound from whom, where and when it goes
     * @return the message
     * @throws IllegalArgumentException if the content cannot be sent, or cannot have what is said beside it
     */
    public Message encode(Content content, Outbound outbound) {
        return withSecret(withContext(content, outbound));
    }

    /** The content with what is said beside it, as it also stands inside of an edit. */
    Message.Builder withContext(Content content, Outbound outbound) {
        Message.Builder message = alone(content, outbound);
        ContextWriter.write(content.context(), outbound.me(), outbound.to(), message);
        content.context()
                .album()
                .ifPresent(parent -> message.getMessageContextInfoBuilder()
                        .setMessageAssociation(MessageAssociation.newBuilder()
                                .setAssociationType(MessageAssociation.AssociationType.MEDIA_ALBUM)
                                .setParentMessageKey(WireKeys.write(parent))));
        Message.Builder wrapped = content.context().isViewOnce() ? ViewOnce.wrap(message) : message;
        return content.context().isGroupStatus() ? GroupStatus.wrap(wrapped, outbound.to()) : wrapped;
    }

    private Message.Builder alone(Content content, Outbound outbound) {
        ContentEncoder<Content> encoder = encoders.get(content.getClass());
        if (encoder != null) {
            return encoder.encode(content, outbound);
        }
        return WireForm.of(content, outbound.now())
                .map(Message::toBuilder)
                .orElseThrow(() -> new IllegalArgumentException(
                        "content is of a kind that is not registered: " + content.getClass()));
    }

    /** The secret lets later votes, reactions and edits of this message be encrypted; recipients store it. */
    private Message withSecret(Message.Builder builder) {
        Message message = builder.build();
        if (message.getMessageContextInfo().hasMessageSecret()
                || !stanzaOf(message).hasSecret()) {
            return message;
        }
        builder.getMessageContextInfoBuilder().setMessageSecret(ByteString.copyFrom(RandomBytes.next(SECRET_BYTES)));
        return builder.build();
    }

    /**
     * What the server, which cannot read a message, is told of it.
     *
     * @param message any message, wrapped or not
     * @return its attributes; those of a text for a message that nobody registered
     */
    public StanzaKind stanzaOf(Message message) {
        Message inner = message;
        for (int depth = 0; depth < MOST_WRAPPERS; depth++) {
            for (StanzaRow row : stanzas) {
                if (row.carries.test(inner)) {
                    return row.attributes.apply(inner);
                }
            }
            Optional<Message> next = MessageWrappers.inside(inner);
            if (next.isEmpty()) {
                break;
            }
            inner = next.get();
        }
        return StanzaKind.TEXT;
    }

    /** One kind of message on the wire. */
    private record StanzaRow(Predicate<Message> carries, Function<Message, StanzaKind> attributes) {}
}
