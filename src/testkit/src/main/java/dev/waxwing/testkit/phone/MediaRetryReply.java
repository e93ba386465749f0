package dev.waxwing.testkit.phone;

/** What a phone answers a companion that asks it to upload a media file once more. */
public enum MediaRetryReply {
    /** Uploads it and says where it is now; as {@link #NOT_FOUND} if the phone does not have the message or the file. */
    SUCCESS,
    /** Says, encrypted, that it does not have the file. */
    NOT_FOUND,
    /** Says, encrypted, that it could not decrypt the file. */
    DECRYPTION_ERROR,
    /** Says, encrypted, that it could not do it. */
    GENERAL_ERROR,
    /** Says without encryption that it no longer has the message. */
    GONE,
    /** Answers with a payload that does not open. */
    GARBLED,
    /** Answers with the payload for another message. */
    MISADDRESSED,
    /** Says nothing. */
    SILENCE
}
