package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.waxwing.model.MediaKind;
import dev.waxwing.proto.e2e.AudioMessage;
import dev.waxwing.proto.e2e.Message;
import org.jspecify.annotations.Nullable;

/** A recording: music, or the voice of the sender. Make one by {@link Content#audio(MediaSource)} or
 * {@link Content#voiceNote(MediaSource)}.
 */
public final class AudioContent extends MediaContent implements MessageContent {

    /** How many numbers a waveform has. */
    public static final int WAVEFORM_VALUES = 64;

    private static final int LOUDEST = 100;

    private AudioContent(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        super(wire, source, context);
    }

    static AudioContent read(Message message) {
        return new AudioContent(
                withoutContext(message.getAudioMessage(), AudioMessage.class), null, MessageContext.NONE);
    }

    static AudioContent of(MediaSource source, MediaKind kind) {
        AudioMessage.Builder wire = AudioMessage.newBuilder();
        if (kind == MediaKind.VOICE_NOTE) {
            wire.setPTT(true).setMimetype("audio/ogg; codecs=opus");
        }
        return new AudioContent(wire.build(), requireNonNull(source, "source"), MessageContext.NONE);
    }

    @Override
    public MediaKind kind() {
        return flag("PTT") ? MediaKind.VOICE_NOTE : MediaKind.AUDIO;
    }

    /**
     * The same with a type. By itself it is found out from the file.
     *
     * @param mimetype for example {@code audio/mp4}
     * @return a new content
     * @throws IllegalArgumentException if it is no MIME type
     */
    public AudioContent withMimetype(String mimetype) {
        return (AudioContent) changed("mimetype", mimetype(mimetype));
    }

    /**
     * How long it plays.
     *
     * @return seconds, 0 if it is not said
     */
    public int seconds() {
        return (int) Math.max(0, number("seconds"));
    }

    /**
     * The same with the time that it plays. By itself it is found out from the file, as far as that can be read.
     *
     * @param seconds 0 or more
     * @return a new content
     * @throws IllegalArgumentException if it is negative
     */
    public AudioContent withSeconds(int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException("seconds must not be negative but was " + seconds);
        }
        return (AudioContent) changed("seconds", seconds);
    }

    /**
     * How loud a voice note is over its time.
     *
     * @return a copy: 64 numbers from 0 to 100 in what clients make, empty if there are none
     */
    public byte[] waveform() {
        return bytes("waveform");
    }

    /**
     * The same with a picture of how loud it is. By itself it is found out from the file, as far as that can be read.
     *
     * @param waveform {@link #WAVEFORM_VALUES} numbers from 0 to 100
     * @return a new content
     * @throws IllegalArgumentException if they are more or less, or one is out of its range
     */
    public AudioContent withWaveform(byte[] waveform) {
        if (requireNonNull(waveform, "waveform").length != WAVEFORM_VALUES) {
            throw new IllegalArgumentException(
                    "waveform must have " + WAVEFORM_VALUES + " values but has " + waveform.length);
        }
        for (byte value : waveform) {
            if (value < 0 || value > LOUDEST) {
                throw new IllegalArgumentException(
                        "waveform must have values of 0 to " + LOUDEST + " but has " + value);
            }
        }
        return (AudioContent) changed("waveform", ByteString.copyFrom(waveform));
    }

    @Override
    AudioContent copy(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        return new AudioContent(wire, source, context);
    }

    @Override
    Message.Builder wrapped() {
        return Message.newBuilder().setAudioMessage((AudioMessage) wire);
    }
}
