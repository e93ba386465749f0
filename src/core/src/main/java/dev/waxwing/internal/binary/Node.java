package dev.waxwing.internal.binary;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of the service's binary XML: a tag, ordered attributes whose values are text or addresses, and content.
 * Immutable.
 *
 * <p>Accessors that say "require" fail with {@link ProtocolViolationException}, since what they read came from the
 * network.
 */
public final class Node {

    private static final Object[] NO_ATTRIBUTES = {};

    /** The end of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final String tag;
    /** Key, value, key, value…; a value is a String or a Jid. */
    private final Object[] attributes;

    private final NodeContent content;

    private Node(String tag, Object[] attributes, NodeContent content) {
        this.tag = tag;
        this.attributes = attributes;
        this.content = content;
    }

    /**
     * Starts a node.
     *
     * @param tag the tag, not empty
     * @return a new builder
     */
    public static Builder builder(String tag) {
        return new Builder(tag);
    }

    /** For the decoder, which has the pairs in one array already. */
    static Node decoded(String tag, Object[] attributes, NodeContent content) {
        return new Node(tag, attributes, content);
    }

    /**
     * Starts a node from this one.
     *
     * @return a new builder with this node's tag, attributes and content
     */
    public Builder toBuilder() {
        Builder builder = new Builder(tag);
        builder.attributes.addAll(Arrays.asList(attributes));
        builder.content = content;
        return builder;
    }

    /**
     * The tag.
     *
     * @return the tag, never empty
     */
    public String tag() {
        return tag;
    }

    /**
     * What stands inside.
     *
     * @return the content, {@link NodeContent#EMPTY} if none
     */
    public NodeContent content() {
        return content;
    }

    /**
     * About how many bytes it takes, in a frame and on the heap.
     *
     * @return an estimate in bytes, at most 16 MiB
     */
    public int likelyBytes() {
        return NodeEncoder.likelySize(this);
    }

    /**
     * How many attributes there are.
     *
     * @return the number, 0 or more
     */
    public int attributeCount() {
        return attributes.length / 2;
    }

    /**
     * The name of the attribute at a place.
     *
     * @param index 0 to {@link #attributeCount()} - 1
     * @return the name
     */
    public String attributeName(int index) {
        return (String) attributes[2 * index];
    }

    /**
     * The value of the attribute at a place.
     *
     * @param index 0 to {@link #attributeCount()} - 1
     * @return a String or a {@link Jid}
     */
    public Object attributeValue(int index) {
        return attributes[2 * index + 1];
    }

    /**
     * An attribute as text; an address is printed.
     *
     * @param name the attribute's name
     * @return the text, null if there is no such attribute
     */
    public @Nullable String attr(String name) {
        Object value = value(name);
        return value == null ? null : value.toString();
    }

    /**
     * An attribute as text.
     *
     * @param name the attribute's name
     * @return the text
     * @throws ProtocolViolationException if there is no such attribute
     */
    public String requireAttr(String name) {
        String value = attr(name);
        if (value == null) {
            throw new ProtocolViolationException("<" + tag + "> lacks attribute " + name);
        }
        return value;
    }

    /**
     * Whether there is such an attribute.
     *
     * @param name the attribute's name
     * @return true if so
     */
    public boolean hasAttr(String name) {
        return value(name) != null;
    }

    /**
     * An attribute as an address; text is parsed.
     *
     * @param name the attribute's name
     * @return the address, null if there is no such attribute or it is empty
     * @throws ProtocolViolationException if it is not an address
     */
    public @Nullable Jid jid(String name) {
        Object value = value(name);
        if (value instanceof Jid jid) {
            return jid;
        }
        if (value == null || value.toString().isEmpty()) {
            return null;
        }
        try {
            return Jid.parse(value.toString());
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolationException("<" + tag + "> has no address in attribute " + name, e);
        }
    }

    /**
     * An attribute as an address.
     *
     * @param name the attribute's name
     * @return the address
     * @throws ProtocolViolationException if there is no such attribute or it is not an address
     */
    public Jid requireJid(String name) {
        Jid jid = jid(name);
        if (jid == null) {
            throw new ProtocolViolationException("<" + tag + "> lacks attribute " + name);
        }
        return jid;
    }

    /**
     * An attribute as a number.
     *
     * @param name the attribute's name
     * @param absent what to answer if there is no such attribute
     * @return the number
     * @throws ProtocolViolationException if it is not a decimal number of that size
     */
    public int intAttr(String name, int absent) {
        long value = longAttr(name, absent);
        if (value != (int) value) {
            throw new ProtocolViolationException("<" + tag + "> has too large a number in attribute " + name);
        }
        return (int) value;
    }

    /**
     * An attribute as a number.
     *
     * @param name the attribute's name
     * @param absent what to answer if there is no such attribute
     * @return the number
     * @throws ProtocolViolationException if it is not a decimal number of that size
     */
    public long longAttr(String name, long absent) {
        String value = attr(name);
        if (value == null) {
            return absent;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ProtocolViolationException("<" + tag + "> has no number in attribute " + name, e);
        }
    }

    /**
     * An attribute as a moment, which is written in whole seconds since 1970.
     *
     * @param name the attribute's name
     * @param absent what to answer if there is no such attribute
     * @return the moment, in the years 1970 to 9999, so that it is one in milliseconds too
     * @throws ProtocolViolationException if it is not a decimal number, or out of these years
     */
    public Instant timeAttr(String name, Instant absent) {
        if (!hasAttr(name)) {
            return absent;
        }
        long seconds = longAttr(name, 0);
        if (seconds < 0 || seconds > LAST_SECOND) {
            throw new ProtocolViolationException("<" + tag + "> has no moment in attribute " + name);
        }
        return Instant.ofEpochSecond(seconds);
    }

    /**
     * The child nodes.
     *
     * @return the children in order, empty if the content is of another kind
     */
    public List<Node> children() {
        return content instanceof NodeContent.Children children ? children.nodes() : List.of();
    }

    /**
     * The child nodes of one tag.
     *
     * @param childTag the tag
     * @return the children in order, possibly none
     */
    public List<Node> children(String childTag) {
        List<Node> found = new ArrayList<>();
        for (Node child : children()) {
            if (child.tag.equals(childTag)) {
                found.add(child);
            }
        }
        return found;
    }

    /**
     * The first child of a tag.
     *
     * @param childTag the tag
     * @return the child, null if there is none
     */
    public @Nullable Node child(String childTag) {
        for (Node child : children()) {
            if (child.tag.equals(childTag)) {
                return child;
            }
        }
        return null;
    }

    /**
     * The first child of a tag.
     *
     * @param childTag the tag
     * @return the child
     * @throws ProtocolViolationException if there is none
     */
    public Node requireChild(String childTag) {
        Node child = child(childTag);
        if (child == null) {
            throw new ProtocolViolationException("<" + tag + "> lacks child <" + childTag + ">");
        }
        return child;
    }

    /**
     * The content as bytes: text gives its UTF-8 form. Bytes are not copied.
     *
     * @return the bytes, null if there is no content or it is child nodes
     */
    public byte @Nullable [] bytes() {
        if (content instanceof NodeContent.Bytes bytes) {
            return bytes.value();
        }
        return content instanceof NodeContent.Text text ? text.value().getBytes(StandardCharsets.UTF_8) : null;
    }

    /**
     * The content as bytes.
     *
     * @return the bytes
     * @throws ProtocolViolationException if there is no content or it is child nodes
     */
    public byte[] requireBytes() {
        byte[] bytes = bytes();
        if (bytes == null) {
            throw new ProtocolViolationException("<" + tag + "> has no bytes inside");
        }
        return bytes;
    }

    /**
     * The content as text: bytes are read as UTF-8.
     *
     * @return the text, null if there is no content or it is child nodes
     */
    public @Nullable String text() {
        if (content instanceof NodeContent.Text text) {
            return text.value();
        }
        return content instanceof NodeContent.Bytes bytes ? new String(bytes.value(), StandardCharsets.UTF_8) : null;
    }

    private @Nullable Object value(String name) {
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i].equals(name)) {
                return attributes[i + 1];
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Node node
                && tag.equals(node.tag)
                && Arrays.equals(attributes, node.attributes)
                && content.equals(node.content);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * tag.hashCode() + Arrays.hashCode(attributes)) + content.hashCode();
    }

    /**
     * Shows the shape: tag, names of attributes, and the tags or size of what is inside; never values that people
     * wrote.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("<").append(tag);
        for (int i = 0; i < attributeCount(); i++) {
            text.append(' ').append(attributeName(i));
            if (attributeName(i).equals("id") || attributeName(i).equals("type")) {
                text.append('=').append(attributeValue(i));
            }
        }
        text.append('>');
        if (content instanceof NodeContent.Children children) {
            children.nodes().forEach(child -> text.append('<').append(child.tag).append('>'));
        } else if (!(content instanceof NodeContent.Empty)) {
            byte[] bytes = bytes();
            text.append(bytes == null ? 0 : bytes.length).append(" bytes");
        }
        return text.toString();
    }

    /** Collects a node's parts. Not thread-safe. */
    public static final class Builder {

        private final String tag;
        private final List<Object> attributes = new ArrayList<>(8);
        private NodeContent content = NodeContent.EMPTY;
        /**
         * Children given one by one, kept apart so that adding one does not copy those before it; null if there are
         * none.
         */
        private @Nullable List<Node> added;

        private Builder(String tag) {
            if (tag.isEmpty()) {
                throw new IllegalArgumentException("tag must not be empty");
            }
            this.tag = tag;
        }

        /**
         * Adds or replaces a text attribute.
         *
         * @param name the name, not empty
         * @param value the value
         * @return this builder
         */
        public Builder attr(String name, String value) {
            return put(name, value);
        }

        /**
         * Adds or replaces an address attribute.
         *
         * @param name the name, not empty
         * @param value the value
         * @return this builder
         */
        public Builder attr(String name, Jid value) {
            return put(name, value);
        }

        /**
         * Adds or replaces a number attribute, which travels as decimal text.
         *
         * @param name the name, not empty
         * @param value the value
         * @return this builder
         */
        public Builder attr(String name, long value) {
            return put(name, Long.toString(value));
        }

        /**
         * Adds or replaces a text attribute unless the value is null.
         *
         * @param name the name, not empty
         * @param value the value or null
         * @return this builder
         */
        public Builder attrIfPresent(String name, @Nullable String value) {
            return value == null ? this : put(name, value);
        }

        /**
         * Adds or replaces an address attribute unless the value is null.
         *
         * @param name the name, not empty
         * @param value the value or null
         * @return this builder
         */
        public Builder attrIfPresent(String name, @Nullable Jid value) {
            return value == null ? this : put(name, value);
        }

        /**
         * Adds a child behind those already there.
         *
         * @param child the child
         * @return this builder
         */
        public Builder child(Node child) {
            requireNonNull(child, "child");
            if (added == null) {
                added = content instanceof NodeContent.Children children
                        ? new ArrayList<>(children.nodes())
                        : new ArrayList<>();
            }
            added.add(child);
            return this;
        }

        /**
         * Sets the children.
         *
         * @param children the children in order, possibly none
         * @return this builder
         */
        public Builder children(List<Node> children) {
            return content(new NodeContent.Children(children));
        }

        /**
         * Sets bytes as the content.
         *
         * @param value the bytes, which must not be changed later
         * @return this builder
         */
        public Builder bytes(byte[] value) {
            return content(new NodeContent.Bytes(requireNonNull(value, "value")));
        }

        /**
         * Sets text as the content.
         *
         * @param value the text
         * @return this builder
         */
        public Builder text(String value) {
            return content(new NodeContent.Text(requireNonNull(value, "value")));
        }

        /**
         * Builds the node.
         *
         * @return the node
         */
        public Node build() {
            return new Node(
                    tag,
                    attributes.isEmpty() ? NO_ATTRIBUTES : attributes.toArray(),
                    added == null ? content : new NodeContent.Children(added));
        }

        private Builder content(NodeContent value) {
            added = null;
            content = value;
            return this;
        }

        private Builder put(String name, Object value) {
            requireNonNull(value, name);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("attribute name must not be empty");
            }
            for (int i = 0; i < attributes.size(); i += 2) {
                if (attributes.get(i).equals(name)) {
                    attributes.set(i + 1, value);
                    return this;
                }
            }
            attributes.add(name);
            attributes.add(value);
            return this;
        }
    }
}
