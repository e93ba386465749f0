package dev.waxwing.internal.addon;

/** The kinds of add-on: each has a key of its own for the same secret. Labels as all peers have them. */
public enum AddOnKind {
    /** A vote in a poll. */
    POLL_VOTE("Poll Vote", true),
    /** A response to an event. */
    EVENT_RESPONSE("Event Response", true),
    /** A reaction. */
    REACTION("Enc Reaction", false),
    /** A comment. */
    COMMENT("Enc Comment", false),
    /** New content of a message. */
    MESSAGE_EDIT("Message Edit", false),
    /** A changed event. */
    EVENT_EDIT("Event Edit", false),
    /** A changed poll. */
    POLL_EDIT("Poll Edit", false),
    /** One more option for a poll. */
    POLL_ADD_OPTION("Poll Add Option", false);

    private final String label;
    private final boolean authenticated;

    AddOnKind(String label, boolean authenticated) {
        this.label = label;
        this.authenticated = authenticated;
    }

    /**
     * What goes into the derivation of the key.
     *
     * @return the label, ASCII
     */
    String label() {
        return label;
    }

    /**
     * Whether the message and the author of the add-on go into the tag as well.
     *
     * @return true if so; else the additional data is empty
     */
    boolean hasAdditionalData() {
        return authenticated;
    }
}
