package dev.waxwing.internal.media.preview;

/** What a file is sent as, as far as it decides what is looked for. */
public enum PreviewKind {
    /** A picture or a sticker: dimensions and a small picture. */
    IMAGE,
    /** A video of any kind: dimensions, duration and a small picture. */
    VIDEO,
    /** Music or another recording: its duration. */
    AUDIO,
    /** A voice note: its duration and its waveform. */
    VOICE_NOTE,
    /** Any other file: a small picture if it is one. */
    DOCUMENT
}
