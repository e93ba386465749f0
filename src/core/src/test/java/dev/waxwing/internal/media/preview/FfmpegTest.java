package dev.waxwing.internal.media.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How ffmpeg is called, with scripts in its place. */
@DisabledOnOs(OS.WINDOWS)
final class FfmpegTest {

    private static final byte[] MP4 = {0, 0, 0, 32, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm'};

    @TempDir
    private Path folder;

    @Test
    void givenVideo_whenInspected_thenTheProgramsTellOfIt() throws Exception {
        script("ffprobe", "printf 'width=640\\nheight=360\\nrotation=-90\\nduration=12.345\\n'");
        script("ffmpeg", "printf '\\377\\330\\377\\340picture'");

        MediaTraits traits = inspect("clip", PreviewKind.VIDEO);

        assertThat(traits.mimetype()).isEqualTo("video/mp4");
        assertThat(traits.size()).contains(new PixelSize(360, 640));
        assertThat(traits.wholeSeconds()).contains(13);
        assertThat(traits.jpegThumbnail()).isPresent();
    }

    @Test
    void givenNameThatLooksLikeAnOption_whenInspected_thenItIsPassedAsAPath() throws Exception {
        Path arguments = folder.resolve("arguments");
        script("ffprobe", "printf '%s\\n' \"$@\" >> '" + arguments + "'");
        script("ffmpeg", "printf '%s\\n' \"$@\" >> '" + arguments + "'");

        inspect("-y $(touch owned);", PreviewKind.VIDEO);

        List<String> passed = Files.readAllLines(arguments);
        String path = folder.resolve("-y $(touch owned);").toAbsolutePath().toString();
        assertThat(passed).contains(path).doesNotContain("-y $(touch owned);");
        assertThat(passed.indexOf(path)).isEqualTo(passed.indexOf("-i") + 1);
        assertThat(passed).contains("-protocol_whitelist", "file");
    }

    @Test
    void givenVoiceNote_whenInspected_thenItsSamplesBecomeBars() throws Exception {
        script("ffprobe", "echo duration=1.0");
        // 128 samples: silence, then a loud half.
        script("ffmpeg", "head -c 128 /dev/zero; i=0; while [ $i -lt 64 ]; do printf '\\001\\020'; i=$((i+1)); done");

        MediaTraits traits = inspect("note", PreviewKind.VOICE_NOTE);

        byte[] bars = traits.waveform().orElseThrow();
        assertThat(bars).hasSize(64);
        assertThat(bars[0]).isZero();
        assertThat(bars[63]).isEqualTo((byte) 100);
    }

    @Test
    void givenProgramsThatFailOrTalkNonsense_whenInspected_thenOnlyTheTypeIsFound() throws Exception {
        script("ffprobe", "printf 'width=abc\\nheight=-3\\nduration=NaN\\n=\\nx'");
        script("ffmpeg", "echo no picture");
        assertThat(inspect("one", PreviewKind.VIDEO)).isEqualTo(MediaTraits.of("video/mp4"));

        script("ffprobe", "exit 3");
        script("ffmpeg", "exit 3");
        assertThat(inspect("two", PreviewKind.VIDEO)).isEqualTo(MediaTraits.of("video/mp4"));
    }

    @Test
    void givenFileThatIsNoMedia_whenSentAsVideo_thenNoProgramLooksAtIt() throws Exception {
        Path called = folder.resolve("called");
        script("ffprobe", "touch '" + called + "'");
        script("ffmpeg", "touch '" + called + "'");
        Path list = Files.writeString(folder.resolve("list.mp4"), "#EXTM3U\n/etc/passwd\n");

        MediaInspector.withPath(folder.toString()).inspect(list, "list.m3u8", PreviewKind.VIDEO);

        assertThat(called).doesNotExist();
    }

    @Test
    void givenOneProgramOnly_whenLookedFor_thenThereIsNone() throws Exception {
        script("ffmpeg", "exit 0");

        assertThat(Ffmpeg.find(folder.toString())).isEmpty();
        assertThat(Ffmpeg.find(".")).isEmpty();
        assertThat(Ffmpeg.find("")).isEmpty();
    }

    @Test
    void givenProgramThatDoesNotEnd_whenItsTimeIsOver_thenItIsEnded() throws Exception {
        Path pid = folder.resolve("pid");
        Path program = script("endless", "echo $$ > '" + pid + "'; exec sleep 3600");

        boolean ended =
                BoundedProcess.run(List.of(program.toString()), folder.resolve("out"), 1000, Duration.ofMillis(500));

        assertThat(ended).isFalse();
        Optional<ProcessHandle> process =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).trim()));
        process.ifPresent(handle -> handle.onExit().join());
    }

    @Test
    void givenProgramThatTalksWithoutEnd_whenItsOutputIsTooLong_thenItIsEnded() throws Exception {
        Path program = script("talker", "exec yes");

        assertThat(BoundedProcess.run(
                        List.of(program.toString()), folder.resolve("out"), 10_000, Duration.ofMinutes(10)))
                .isFalse();
    }

    @Test
    void givenNoSuchProgram_whenRun_thenItHasNotEndedWell() {
        assertThat(BoundedProcess.run(
                        List.of(folder.resolve("none").toString()), folder.resolve("out"), 10, Duration.ofSeconds(9)))
                .isFalse();
    }

    private MediaTraits inspect(String name, PreviewKind kind) throws IOException {
        Path file = Files.write(folder.resolve(name), MP4);
        return MediaInspector.withPath(folder.toString()).inspect(file, name, kind);
    }

    private Path script(String name, String body) throws IOException {
        Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
