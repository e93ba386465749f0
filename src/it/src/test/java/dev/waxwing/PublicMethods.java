package dev.waxwing;

import dev.waxwing.error.WaxwingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every public method and constructor with arguments that the module shows to applications. */
final class PublicMethods {

    private static final String GENERATED = "dev.waxwing.proto.";

    private PublicMethods() {}

    /** In the order of their names, so that two runs do the same. */
    static List<Executable> all() {
        return types().stream()
                .flatMap(PublicMethods::of)
                .sorted(Comparator.comparing(PublicMethods::name))
                .toList();
    }

    /** The type, the method and its parameters: {@code SocketPool.Builder.queueLimit(int messages)}. */
    static String name(Executable method) {
        String parameters = Arrays.stream(method.getParameters())
                .map(parameter -> parameter.getType().getSimpleName() + " " + parameter.getName())
                .collect(Collectors.joining(", ", "(", ")"));
        return shortName(method) + parameters;
    }

    /** The type and the method; of a constructor the type alone. */
    static String shortName(Executable method) {
        String type = method.getDeclaringClass().getCanonicalName();
        String own = type.substring(method.getDeclaringClass().getPackageName().length() + 1);
        return method instanceof Constructor ? own : own + "." + method.getName();
    }

    private static List<Class<?>> types() {
        ModuleReference library = ModuleFinder.of(classes()).find("dev.waxwing").orElseThrow();
        Set<String> rooms = library.descriptor().exports().stream()
                .filter(export -> !export.isQualified() && !export.source().startsWith(GENERATED))
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        try (ModuleReader reader = library.open();
                Stream<String> files = reader.list()) {
            return files.filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
                    .filter(name -> name.contains(".") && rooms.contains(name.substring(0, name.lastIndexOf('.'))))
                    .<Class<?>>map(PublicMethods::load)
                    .filter(PublicMethods::isReachable)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    private static boolean isReachable(Class<?> type) {
        for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
            if (!Modifier.isPublic(outer.getModifiers()) || outer.isAnonymousClass() || outer.isLocalClass()) {
                return false;
            }
        }
        return true;
    }

    private static Stream<Executable> of(Class<?> type) {
        return Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                .filter(method -> Modifier.isPublic(((Member) method).getModifiers()) && !method.isSynthetic())
                .filter(method -> method.getParameterCount() > 0)
                .filter(method -> !isOfJava(type, method));
    }

    private static boolean isOfJava(Class<?> type, Executable method) {
        boolean equality = method instanceof Method
                && method.getName().equals("equals")
                && method.getParameterTypes()[0] == Object.class;
        return equality || (type.isEnum() && method.getName().equals("valueOf"));
    }

    private static Path classes() {
        try {
            // By place: several modules on the class path have a module-info, and the JDK's come first.
            return Path.of(WaxwingException.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError("the library's classes have no path", e);
        }
    }
}
