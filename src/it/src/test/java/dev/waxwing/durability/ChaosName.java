package dev.waxwing.durability;

/**
 * A device of {@link ChaosIT}. Ids of messages tell who wrote them to whom, so that whoever sees one knows where it
 * belongs.
 *
 * @param account an upper-case hex digit, since ids consist of them
 * @param device counts from 1 in its account
 */
record ChaosName(char account, int device) {

    private static final int AUTHOR_AT = 4;
    private static final int RECIPIENT_AT = 6;

    String accountName() {
        return "chaos-" + account;
    }

    /** The id of a message that this device writes. */
    String messageTo(char recipient, int number) {
        return String.format("3EB0%c%d%c%015X", account, device, recipient, number);
    }

    private boolean wrote(String id) {
        return id.charAt(AUTHOR_AT) == account && id.charAt(AUTHOR_AT + 1) - '0' == device;
    }

    /** Whether this account wrote a message, on whichever device. */
    boolean isOwn(String id) {
        return id.charAt(AUTHOR_AT) == account;
    }

    /** Whether a message has to arrive here: it was written to this account, or on another device of it. */
    boolean mustHear(String id) {
        return (id.charAt(RECIPIENT_AT) == account || isOwn(id)) && !wrote(id);
    }

    /** The account that this one wrote the message to or has it from. */
    char chatOf(String id) {
        return id.charAt(isOwn(id) ? RECIPIENT_AT : AUTHOR_AT);
    }
}
