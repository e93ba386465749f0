package dev.waxwing.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The layers in the order that data flows, and for each the layers it may use. "May use" is transitive; the layers of
 * {@link #EVERYWHERE} are always allowed. A layer is a package with its sub-packages; the facade alone is just the
 * package {@code dev.waxwing}.
 */
final class Layers {

    private static final String ROOT = "dev.waxwing";

    private static final Set<String> EVERYWHERE =
            Set.of("error", "proto", "internal.crypto", "internal.arguments", "internal.json");

    private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

    static {
        layer("error");
        layer("proto");
        layer("internal.arguments");
        layer("internal.json");
        layer("internal.crypto");
        layer("model");
        layer("event", "model");
        layer("internal.threads");
        layer("internal.event", "event", "internal.threads");
        layer("scaling", "model");
        layer("internal.pool", "scaling", "model");
        layer("store", "model", "internal.threads");
        layer("internal.transport");
        layer("internal.noise");
        layer("internal.binary", "model");
        layer("internal.stream", "internal.transport", "internal.noise", "internal.binary", "internal.threads");
        layer("internal.trace", "internal.event", "internal.stream");
        layer("internal.account", "store");
        layer("internal.signal", "internal.account");
        layer("internal.address", "internal.signal");
        layer("internal.content", "internal.binary", "internal.address");
        layer("internal.area", "internal.content", "internal.stream", "internal.event");
        layer("internal.pairing", "internal.area");
        layer("internal.device", "internal.area");
        layer("internal.receipt", "internal.area");
        layer("internal.rows", "store", "model");
        layer("internal.addon", "internal.rows", "internal.content");
        layer("internal.inbox", "internal.rows", "internal.area", "internal.trace");
        layer("internal.outbox", "internal.rows", "internal.receipt");
        layer("group", "event");
        layer("internal.group", "internal.area", "group");
        layer("internal.delivery", "internal.addon", "internal.device", "internal.group");
        layer("internal.retry", "internal.delivery", "internal.inbox", "internal.outbox");
        layer("internal.message", "internal.retry");
        layer("media", "event");
        layer("internal.media", "internal.area", "media");
        layer("internal.sync", "internal.area", "internal.media");
        layer("chat", "event");
        layer("internal.chat", "internal.sync", "chat");
        layer("contact", "event");
        layer("internal.contact", "internal.area", "contact");
        layer("privacy", "event");
        layer("internal.privacy", "internal.area", "privacy");
        for (String area : List.of("newsletter", "business", "call")) {
            layer("internal." + area, "internal.area");
        }
        layer("identity", "event");
        layer("internal.identity", "internal.area", "identity");
        layer("presence", "event");
        layer("internal.presence", "internal.area", "presence");
        layer("status", "event");
        layer("internal.status", "internal.area", "status");
        layer("link", "event");
        layer("internal.link", "internal.area", "internal.media", "link");
        layer("community", "group");
        layer("internal.community", "internal.group", "community");
        layer(
                "internal.runtime",
                "internal.message",
                "internal.pairing",
                "internal.chat",
                "internal.media",
                "internal.identity",
                "internal.contact",
                "internal.privacy",
                "internal.presence",
                "internal.status",
                "internal.link",
                "internal.community",
                "internal.pool");
        layer("testkit", "internal.transport", "internal.noise", "internal.binary", "internal.signal", "internal.sync");
        layer(
                "",
                MAY_USE.keySet().stream()
                        .filter(name -> !name.equals("testkit"))
                        .toArray(String[]::new));
        layer("examples", "", "testkit");
    }

    private Layers() {}

    private static void layer(String name, String... mayUse) {
        for (String used : mayUse) {
            // Rows refer to earlier rows only: so the table has no cycle, whatever is added to it.
            if (!MAY_USE.containsKey(used)) {
                throw new IllegalStateException(
                        "layer '" + name + "' may use '" + used + "', which has no row above it");
            }
        }
        MAY_USE.put(name, Arrays.asList(mayUse));
    }

    /** The layer that a package belongs to, or nothing if the table has no row for it. */
    static Optional<String> of(String packageName) {
        if (packageName.equals(ROOT)) {
            return Optional.of("");
        }
        return MAY_USE.keySet().stream()
                .filter(name -> !name.isEmpty())
                .filter(name -> (packageName + ".").startsWith(ROOT + "." + name + "."))
                .findFirst();
    }

    /** The table: for each layer, from the lowest up, those that it may use directly. */
    static Map<String, List<String>> rows() {
        return Collections.unmodifiableMap(MAY_USE);
    }

    private static Set<String> allowedTo(String layer) {
        Set<String> allowed = new TreeSet<>(EVERYWHERE);
        collect(layer, allowed);
        return allowed;
    }

    private static void collect(String layer, Set<String> allowed) {
        allowed.add(layer);
        MAY_USE.getOrDefault(layer, List.of()).forEach(used -> collect(used, allowed));
    }

    /** Satisfied by a class of which every dependency inside the project goes to a layer that its own may use. */
    static ArchCondition<JavaClass> useOnlyTheLayersBelow() {
        return new ArchCondition<>("use only the layers that theirs may use") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                Optional<String> layer = of(from.getPackageName());
                if (layer.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(
                            from, from.getPackageName() + " is in no layer: give it a row in " + Layers.class));
                    return;
                }
                Set<String> allowed = allowedTo(layer.get());
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    String target =
                            dependency.getTargetClass().getBaseComponentType().getPackageName();
                    if (!(target + ".").startsWith(ROOT + ".")) {
                        continue;
                    }
                    boolean satisfied = of(target).filter(allowed::contains).isPresent();
                    events.add(new SimpleConditionEvent(dependency, satisfied, dependency.getDescription()));
                }
            }
        };
    }
}
