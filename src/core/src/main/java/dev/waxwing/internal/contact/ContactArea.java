package dev.waxwing.internal.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.contact.About;
import dev.waxwing.contact.Bot;
import dev.waxwing.contact.Contacts;
import dev.waxwing.contact.DisappearingMode;
import dev.waxwing.contact.OnWhatsApp;
import dev.waxwing.contact.PictureSize;
import dev.waxwing.contact.ProfilePicture;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Contacts (protocol notes 08, sections 5 and 6): asks for others, tells of this account. */
public final class ContactArea implements Area, Contacts {

    private static final int NOT_FOUND = 404;
    private static final int NO_CONTENT = 204;
    private static final int LONGEST_URL = 4_096;
    private static final int MOST_BOTS = 10_000;

    private final AreaContext context;
    private final Usync usync;
    private final ContactNotices notices;

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param groupPictures takes the notices of pictures that are of groups
     */
    public ContactArea(AreaContext context, StanzaHandler groupPictures) {
        this.context = requireNonNull(context, "context");
        usync = new Usync(context.stream());
        notices = new ContactNotices(context, groupPictures);
    }

    @Override
    public void register(Registrations on) {
        on.stanza("notification", "picture", null, notices::pictured);
        on.stanza("notification", "status", null, notices::aboutSet);
        on.stanza("notification", "disappearing_mode", null, notices::timerSet);
    }

    @Override
    public CompletableFuture<List<OnWhatsApp>> onWhatsApp(Collection<String> phoneNumbers) {
        List<String> numbers = ContactArguments.numbers(phoneNumbers);
        List<Node> protocols = List.of(
                Node.builder("contact").attr("addressing_mode", "lid").build(),
                Node.builder("business")
                        .child(Node.builder("verified_name").build())
                        .build());
        List<Node> users = numbers.stream()
                .map(number -> Node.builder("user")
                        .child(Node.builder("contact")
                                .bytes(("+" + number + "@c.us").getBytes(StandardCharsets.US_ASCII))
                                .build())
                        .build())
                .toList();
        return handOut(usync.ask(protocols, users).thenCompose(answers -> learned(LookedUp.numbers(numbers, answers))));
    }

    /** In a lane of its own, since the store is asked and written. */
    private CompletionStage<List<OnWhatsApp>> learned(List<OnWhatsApp> found) {
        Map<Jid, Jid> pairs = new LinkedHashMap<>();
        for (OnWhatsApp one : found) {
            one.lid().ifPresent(lid -> one.phoneNumber().ifPresent(number -> pairs.put(number, lid)));
        }
        return context.threads().work().submit(ContactArea.class, () -> {
            context.people().learnAll(pairs);
            return found;
        });
    }

    @Override
    public CompletableFuture<List<About>> fetchStatus(Collection<Jid> people) {
        List<Jid> asked = ContactArguments.people(people);
        return handOut(about(asked, "status").thenApply(users -> LookedUp.abouts(asked, users)));
    }

    @Override
    public CompletableFuture<List<DisappearingMode>> fetchDisappearingDuration(Collection<Jid> people) {
        List<Jid> asked = ContactArguments.people(people);
        return handOut(about(asked, "disappearing_mode").thenApply(users -> LookedUp.timers(asked, users)));
    }

    private CompletableFuture<List<Node>> about(List<Jid> people, String protocol) {
        return usync.ask(
                List.of(Node.builder(protocol).build()),
                people.stream()
                        .map(person -> Node.builder("user").attr("jid", person).build())
                        .toList());
    }

    @Override
    public CompletableFuture<Optional<ProfilePicture>> profilePictureUrl(Jid jid, PictureSize size) {
        Jid target = ContactArguments.pictured(jid);
        Node asked = Node.builder("picture")
                .attr("type", requireNonNull(size, "size").name().toLowerCase(Locale.ROOT))
                .attr("query", "url")
                .build();
        return handOut(context.stream()
                .request(iq("get", "w:profile:picture")
                        .attr("target", target)
                        .child(asked)
                        .build())
                .thenApply(ContactArea::picture)
                .exceptionallyCompose(failure -> {
                    Throwable cause = Failures.unwrap(failure);
                    boolean none = cause instanceof ServerRefusedException refused && refused.code() == NOT_FOUND;
                    return none
                            ? CompletableFuture.completedFuture(Optional.empty())
                            : CompletableFuture.failedFuture(cause);
                }));
    }

    /** Some servers say inside of a result what others say by an error. */
    private static Optional<ProfilePicture> picture(Node answer) {
        Node picture = answer.child("picture");
        if (picture == null || picture.intAttr("status", 0) == NO_CONTENT) {
            return Optional.empty();
        }
        Node error = picture.child("error");
        if (error != null) {
            throw new ServerRefusedException(
                    "iq w:profile:picture/get",
                    error.intAttr("code", NOT_FOUND),
                    Optional.ofNullable(error.attr("text")).orElse(""),
                    null);
        }
        return Optional.of(new ProfilePicture(
                picture.requireAttr("id"),
                url(picture.requireAttr("url")),
                Optional.ofNullable(picture.attr("direct_path"))));
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (text.length() <= LONGEST_URL && "https".equals(url.getScheme()) && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new ProtocolViolationException("a picture is where no URL leads", e);
        }
        throw new ProtocolViolationException("a picture is not at an https URL");
    }

    @Override
    public CompletableFuture<String> updateProfilePicture(byte[] jpeg) {
        Node picture = Node.builder("picture")
                .attr("type", "image")
                .bytes(ContactArguments.picture(jpeg))
                .build();
        return handOut(context.stream()
                .request(iq("set", "w:profile:picture").child(picture).build())
                .thenApply(answer -> answer.requireChild("picture").requireAttr("id")));
    }

    @Override
    public CompletableFuture<Void> removeProfilePicture() {
        return handOut(
                context.stream().request(iq("set", "w:profile:picture").build()).thenAccept(answer -> {}));
    }

    @Override
    public CompletableFuture<Void> updateProfileStatus(String about) {
        Node status = Node.builder("status")
                .bytes(ContactArguments.about(about).getBytes(StandardCharsets.UTF_8))
                .build();
        return handOut(context.stream()
                .request(iq("set", "status").child(status).build())
                .thenAccept(answer -> {}));
    }

    @Override
    public CompletableFuture<List<Bot>> getBotList() {
        Node asked = Node.builder("bot").attr("v", "2").build();
        return handOut(
                context.stream().request(iq("get", "bot").child(asked).build()).thenApply(ContactArea::bots));
    }

    private static List<Bot> bots(Node answer) {
        List<Bot> all = answer.requireChild("bot").children("section").stream()
                .flatMap(section -> section.children("bot").stream())
                .map(bot -> new Bot(bot.requireJid("jid"), Optional.ofNullable(bot.attr("persona_id"))))
                .distinct()
                .toList();
        if (all.size() > MOST_BOTS) {
            throw new ProtocolViolationException("a list of " + all.size() + " bots");
        }
        return all;
    }

    private static Node.Builder iq(String type, String xmlns) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("xmlns", xmlns);
    }

    private <T extends @Nullable Object> CompletableFuture<T> handOut(CompletableFuture<T> future) {
        return context.threads().handOut(future);
    }
}
