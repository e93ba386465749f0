package dev.waxwing.internal.content;

import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that tell the server, which cannot read the content, what kind of message it carries.
 *
 * @param type the {@code type} of the {@code <message>}
 * @param mediaType the media type attribute of the {@code <enc>}, null for none
 * @param edit the {@code edit} of the {@code <message>}, null for none
 * @param isHidden whether a recipient who cannot decrypt the message shows nothing instead of a placeholder
 * @param hasSecret whether the message carries a secret, so that later messages about it can be encrypted
 * @param children what else the {@code <message>} holds, beside the ciphertexts
 */
public record StanzaKind(
        String type,
        @Nullable String mediaType,
        @Nullable String edit,
        boolean isHidden,
        boolean hasSecret,
        List<Node> children) {

    /** A text, and whatever else has no attributes of its own. */
    public static final StanzaKind TEXT = of("text");

    /**
     * A kind with no attribute but its type, which carries a secret.
     *
     * @param type the {@code type} of the {@code <message>}
     * @return the attributes
     */
    public static StanzaKind of(String type) {
        return new StanzaKind(type, null, null, false, true, List.of());
    }

    /**
     * A kind with a media type, of the type {@code media}.
     *
     * @param mediaType the media type
     * @return the attributes
     */
    public static StanzaKind media(String mediaType) {
        return new StanzaKind("media", mediaType, null, false, true, List.of());
    }

    /**
     * The same with an {@code edit}: {@code 1} edits a message, {@code 2} pins, {@code 7} takes back one of this
     * account, {@code 8} one of somebody else.
     *
     * @param code the code
     * @return the attributes
     */
    public StanzaKind withEdit(String code) {
        return new StanzaKind(type, mediaType, code, isHidden, hasSecret, children);
    }

    /**
     * The same, with no placeholder at those who cannot decrypt it.
     *
     * @return the attributes
     */
    public StanzaKind hidden() {
        return new StanzaKind(type, mediaType, edit, true, hasSecret, children);
    }

    /**
     * The same for a message that carries no secret.
     *
     * @return the attributes
     */
    public StanzaKind withoutSecret() {
        return new StanzaKind(type, mediaType, edit, isHidden, false, children);
    }

    /**
     * The same with more that the {@code <message>} holds.
     *
     * @param child for example {@code <meta polltype="creation"/>}
     * @return the attributes
     */
    public StanzaKind with(Node child) {
        List<Node> more = new ArrayList<>(children);
        more.add(child);
        return new StanzaKind(type, mediaType, edit, isHidden, hasSecret, List.copyOf(more));
    }

    /**
     * The same with a {@code <meta>}.
     *
     * @param name the name of its attribute
     * @param value the value of its attribute
     * @return the attributes
     */
    public StanzaKind withMeta(String name, String value) {
        return with(Node.builder("meta").attr(name, value).build());
    }
}
