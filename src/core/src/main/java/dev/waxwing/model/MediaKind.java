package dev.waxwing.model;

/** What a file in a message is shown as. */
public enum MediaKind {

    /** A picture, JPEG or PNG. */
    IMAGE,

    /** A video, MP4. */
    VIDEO,

    /** A video that plays without sound, again and again; MP4, not the GIF format. */
    GIF,

    /** A video that is shown in a circle, which the ecosystem calls PTV. */
    VIDEO_NOTE,

    /** Music or another recording. */
    AUDIO,

    /** A recording of the sender's voice, which the ecosystem calls PTT; Opus in Ogg. */
    VOICE_NOTE,

    /** Any file. */
    DOCUMENT,

    /** A sticker, WebP. */
    STICKER
}
