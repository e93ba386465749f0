package dev.waxwing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.Socket;
import dev.waxwing.event.EventKey;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page for those who come from Baileys against the code: what it names is there, and what is there is named. */
final class ComingFromBaileysTest {

    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z.]*[A-Za-z](?:_[A-Z_]+)?)`");

    private static final Path SOURCES = Page.root().resolve("src/core/src/main/java");

    private final Set<String> named = namesOfTheMiddleColumn();

    @Test
    void givenThePage_whenTheNamesOfWaxwingAreLookedUp_thenEachIsPublic() {
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(exists(name)).as(name).isTrue());
    }

    @Test
    void givenTheSocketAndItsAreas_whenThePageIsRead_thenEveryMethodHasARow() {
        Stream<Class<?>> areas = Arrays.stream(Socket.class.getMethods())
                .map(Method::getReturnType)
                .filter(type -> type.isInterface() && isOfAnArea(type));
        Set<String> methods = Stream.concat(Stream.of(Socket.class), areas)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> isPublic(method) && !method.isSynthetic())
                .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).containsAll(methods);
    }

    @Test
    void givenTheEvents_whenThePageIsRead_thenEveryKeyHasARow() {
        Set<String> keys = roomsForUsers().stream()
                .flatMap(room -> typesOf(room).stream())
                .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                .filter(field -> isPublic(field) && field.getType() == EventKey.class)
                .map(field -> field.getDeclaringClass().getSimpleName() + "." + field.getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(keys).isNotEmpty();
        assertThat(named).containsAll(keys);
    }

    private static boolean isOfAnArea(Class<?> type) {
        return type.getPackageName().startsWith("dev.waxwing.")
                && !Set.of("dev.waxwing.event", "dev.waxwing.model", "dev.waxwing.store")
                        .contains(type.getPackageName());
    }

    private static List<Class<?>> typesOf(String room) {
        try (Stream<Path> files = Files.list(SOURCES.resolve(room.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
                    .<Class<?>>map(name -> load(room + "." + name.replace(".java", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Socket.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name + " has a source file but no class", e);
        }
    }

    private static Set<String> namesOfTheMiddleColumn() {
        Set<String> names = new TreeSet<>();
        Page page = Page.read(Page.root().resolve("docs").resolve("coming-from-baileys.md"));
        for (String line : page.lines()) {
            String[] columns = line.split("\\|", -1);
            if (!line.startsWith("| ") || columns.length < 4) {
                continue;
            }
            for (Matcher name = NAME.matcher(columns[2]); name.find(); ) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    /**
     * Whether a type, or a method, field or constant of one, may be used by applications: {@code Jid}, {@code
     * Jid.parse}.
     */
    private static boolean exists(String name) {
        if (type(name).isPresent()) {
            return true;
        }
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return false;
        }
        String member = name.substring(dot + 1);
        return type(name.substring(0, dot)).stream()
                .flatMap(type -> Stream.concat(
                        Arrays.stream(type.getMethods()).map(Member.class::cast), Arrays.stream(type.getFields())))
                .anyMatch(found -> found.getName().equals(member));
    }

    private static Optional<Class<?>> type(String name) {
        for (String room : roomsForUsers()) {
            try {
                Class<?> type = Class.forName(room + "." + name.replace('.', '$'));
                if (Modifier.isPublic(type.getModifiers())) {
                    return Optional.of(type);
                }
            } catch (ClassNotFoundException e) {
                // In another room, or nowhere.
            }
        }
        return Optional.empty();
    }

    /** The packages that applications import: the root, and its own but for what is internal. */
    private static List<String> roomsForUsers() {
        Path root = SOURCES.resolve("dev/waxwing");
        try (Stream<Path> folders = Files.walk(root)) {
            Stream<String> rooms = folders.filter(folder -> Files.isDirectory(folder) && !folder.equals(root))
                    .map(folder -> root.relativize(folder).toString().replace(File.separatorChar, '.'))
                    .filter(name -> !(name + ".").startsWith("internal."))
                    .map(name -> "dev.waxwing." + name);
            return Stream.concat(Stream.of("dev.waxwing"), rooms).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPublic(Member member) {
        return Modifier.isPublic(member.getModifiers());
    }
}
