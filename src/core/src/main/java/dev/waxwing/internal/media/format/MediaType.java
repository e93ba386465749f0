package dev.waxwing.internal.media.format;

import dev.waxwing.model.MediaKind;

/** How a file is encrypted and where it is uploaded to; several kinds share one type (06, section 1). */
public enum MediaType {

    /** Pictures and stickers. */
    IMAGE("Image", "image"),

    /** Videos of every kind. */
    VIDEO("Video", "video"),

    /** Recordings of every kind. */
    AUDIO("Audio", "audio"),

    /** All other files. */
    DOCUMENT("Document", "document"),

    /** What the phone tells a new device of the past; never uploaded by a companion. */
    HISTORY("History", "md-msg-hist"),

    /** Large parts of the app state; never uploaded by a companion. */
    APP_STATE("App State", "md-app-state"),

    /** The larger picture of a link preview. */
    LINK_THUMBNAIL("Link Thumbnail", "thumbnail-link"),

    /** The archive of a sticker pack. */
    STICKER_PACK("Sticker Pack", "sticker-pack"),

    /** The picture of a sticker pack. */
    STICKER_PACK_THUMBNAIL("Sticker Pack Thumbnail", "thumbnail-sticker-pack");

    private final String info;
    private final String path;

    MediaType(String word, String path) {
        this.info = "WhatsApp " + word + " Keys";
        this.path = path;
    }

    /**
     * The type of what is shown as a kind.
     *
     * @param kind the kind
     * @return its type
     */
    public static MediaType of(MediaKind kind) {
        return switch (kind) {
            case IMAGE, STICKER -> IMAGE;
            case VIDEO, GIF, VIDEO_NOTE -> VIDEO;
            case AUDIO, VOICE_NOTE -> AUDIO;
            case DOCUMENT -> DOCUMENT;
        };
    }

    /**
     * By which its keys differ from those of other types.
     *
     * @return the words that the keys are derived with
     */
    public String info() {
        return info;
    }

    /**
     * The part of the upload path that names it.
     *
     * @return one part, without slashes
     */
    public String path() {
        return path;
    }
}
