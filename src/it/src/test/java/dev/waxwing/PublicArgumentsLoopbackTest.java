package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.CredsUpdate;
import dev.waxwing.event.EventBus;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.identity.Identities;
import dev.waxwing.link.LinkPreviews;
import dev.waxwing.media.MediaCache;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.MessageKey;
import dev.waxwing.presence.Presence;
import dev.waxwing.scaling.BatchListener;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.PostgresStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.store.StoreTransaction;
import dev.waxwing.store.UserDevicesCache;
import dev.waxwing.testkit.LoopbackServer;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every public method with arguments, each driven with null and with empty, huge and hostile values of each argument
 * ({@link HostileArguments}). Null is refused unless it is declared, and what is refused is so at the call, by an
 * exception that names the argument; what is not comes to an end, too. A method that is new is driven without further
 * ado, or its test says what is missing here. The setters of the configuration have stricter tables in
 * {@code SocketConfigTest}.
 */
final class PublicArgumentsLoopbackTest {

    /** What {@code SocketConfigTest} drives and holds complete. */
    private static final Set<Class<?>> DRIVEN_ELSEWHERE = Set.of(
            SocketConfig.Builder.class,
            ConnectionConfig.class,
            LinkingConfig.class,
            SendingConfig.class,
            ReceivingConfig.class,
            GroupsConfig.class,
            MediaConfig.class);

    /** What applications implement and this library calls. */
    private static final Set<Class<?>> OF_APPLICATIONS = Set.of(
            UserDevicesCache.class, BatchListener.class, MediaCache.class, dev.waxwing.group.GroupMetadataCache.class);

    /** Words for an argument other than its name, as they stand in messages. */
    private static final Map<String, String> OTHER_WORDS = Map.of(
            "Jid.parse.text", "jid",
            "Jid.group.id", "user",
            "Jid.withDevice.number", "device");

    /** What none is to be had of here; its method is one with those of the other stores. */
    private static final Set<String> WITHOUT_SUBJECT = Set.of("PostgresStore.transact");

    /** What is only kept, compared or shown, and never sent. */
    private static final Set<String> TAKES_ANY_SIZE = Set.of(
            "MediaReference.Builder.directPath",
            "MediaReference.Builder.fileEncSha256",
            "MediaReference.Builder.fileSha256",
            "MediaReference.Builder.mediaKey",
            "MediaReference.Builder.streamingSidecar",
            "MediaReference.Builder.url",
            "MediaSource.bytes",
            "AppStateAction",
            "ButtonsContent",
            "ButtonsContent.Button",
            "ConnectionUpdate.Builder.qr",
            // Its size is looked at when it is sent: what was received may be of any.
            "Contact",
            "CredsUpdate.Builder.pushName",
            "EventKey",
            "GroupChange.Linked",
            "GroupChange.Subject",
            "GroupChange.Unknown",
            "GroupDescription",
            "GroupMemberTagUpdate",
            "GroupMetadata.Builder.participantVersion",
            "GroupMetadata.Builder.subject",
            "InteractiveContent",
            "InteractiveContent.Button",
            "LabelsAssociation",
            "LinkRequest.Builder.businessName",
            "LinkRequest.Builder.platform",
            "LinkedGroup",
            "ListContent",
            "ListContent.Row",
            "ListContent.Section",
            "MessageKey.builder",
            "MessageKey.of",
            "MessageTrace",
            "MessageTrace.Step",
            "NewChatMessageCap",
            "OnWhatsApp",
            "PostgresStore.Builder.password",
            "PostgresStore.Builder.user",
            "ProfilePicture",
            "QuotedMessage",
            "ReachoutTimelock",
            "ReceiptType.ofWireName",
            "SafetyNumber",
            "SafetyNumber.matches",
            "Setting.Locale",
            "Setting.NotificationActivity",
            "Setting.StatusPrivacy",
            "StanzaRefused",
            "StoreEntry",
            // Up to StoreLimits.MAX_VALUE_BYTES, which is more than anything else here.
            "StoreTransaction.put");

    /**
     * What else a call may fail with later, for what is wrong only by what the server or the store tells meanwhile: as
     * their documentation says.
     */
    private static final Map<String, Class<? extends RuntimeException>> FAILS_LATER = Map.of(
            "Status.postToContacts.contacts", IllegalStateException.class,
            "Status.revoke.status", IllegalArgumentException.class);

    /** A null pointer that was met rather than refused. */
    private static final Pattern MET = Pattern.compile("^(Cannot|because|Index|Range|Array)");

    private final LoopbackServer server =
            LoopbackServer.builder().phoneBootstrap(true).start();
    private final Queue<Throwable> strays = new ConcurrentLinkedQueue<>();
    private final List<SocketPool> pools = new ArrayList<>();
    private Thread.UncaughtExceptionHandler before;

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @TempDir
    Path folder;

    private HostileArguments arguments;
    private Socket open;
    private Socket closed;
    private SqliteStore rows;

    @BeforeEach
    void setUp() throws Exception {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> strays.add(failure));
        arguments = new HostileArguments(folder);
        Duration patience = Duration.ofSeconds(2);
        open = accounts.keep(Client.open(
                        server,
                        "alice",
                        accounts.store(),
                        config -> config.connection(connection -> connection.queryTimeout(patience))
                                .sending(sending -> sending.timeout(patience).ackTimeout(patience))))
                .socket();
        closed = accounts.client("bob").socket();
        closed.close();
        rows = SqliteStore.at(folder.resolve("rows.db"));
    }

    @AfterEach
    void tearDown() {
        Thread.setDefaultUncaughtExceptionHandler(before);
        pools.forEach(SocketPool::close);
        rows.close();
    }

    @TestFactory
    Stream<DynamicTest> givenEveryPublicMethod_whenAnArgumentIsWrong_thenItIsNamedAtTheCallOrTheCallEnds() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Executable method : PublicMethods.all()) {
            if (!DRIVEN_ELSEWHERE.contains(method.getDeclaringClass())
                    && !OF_APPLICATIONS.contains(method.getDeclaringClass())
                    && !WITHOUT_SUBJECT.contains(PublicMethods.shortName(method))) {
                tests.add(dynamicTest(PublicMethods.name(method), () -> drive(method)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(150);
        tests.add(dynamicTest("nothing is thrown on another thread, and the socket goes on", () -> {
            assertThat(strays).isEmpty();
            assertThat(open.state()).isEqualTo(ConnectionUpdate.State.OPEN);
        }));
        return tests.stream();
    }

    private void drive(Executable method) {
        List<String> wrong = new ArrayList<>();
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            for (Map.Entry<String, Object> value : values(parameters[i]).entrySet()) {
                Object[] given = new Object[parameters.length];
                for (int j = 0; j < given.length; j++) {
                    given[j] = j == i ? value.getValue() : good(method, parameters[j], value.getValue());
                }
                for (Map.Entry<String, Subject> subject : subjects(method).entrySet()) {
                    String fault = fault(method, parameters[i], value.getValue(), outcome(subject.getValue(), given));
                    if (fault != null) {
                        wrong.add(subject.getKey() + parameters[i].getName() + " = " + value.getKey() + ": " + fault);
                    }
                }
            }
        }
        if (!wrong.isEmpty()) {
            fail(String.join("\n", wrong));
        }
    }

    private Map<String, Object> values(Parameter parameter) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (!parameter.getType().isPrimitive()) {
            values.put("null", null);
        }
        values.putAll(arguments.hostile(parameter));
        return values;
    }

    private Object good(Executable method, Parameter parameter, @Nullable Object beside) {
        if (parameter.getType() == Socket.class) {
            return open;
        }
        return arguments.good(method, parameter);
    }

    /** What is wrong with what came of a call; null if nothing is. */
    private static @Nullable String fault(
            Executable method, Parameter parameter, @Nullable Object value, Outcome outcome) {
        String name = PublicMethods.shortName(method) + "." + parameter.getName();
        if (outcome.later != null) {
            return FAILS_LATER.getOrDefault(name, WaxwingException.class).isInstance(outcome.failure)
                    ? null
                    : outcome.later;
        }
        Throwable thrown = outcome.thrown;
        if (thrown == null) {
            boolean mayBeNull = parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (value == null) {
                return mayBeNull ? null : "is taken";
            }
            return HostileArguments.isHuge(value) && !takesAnySize(method) ? "is taken, whatever its size" : null;
        }
        String message = String.valueOf(thrown.getMessage());
        boolean ended = thrown instanceof IllegalStateException && message.contains("is closed");
        if (ended || message.equals(HostileArguments.THROWN)) {
            return null;
        }
        boolean nothingThere = value == null || value.toString().contains("null") || value instanceof Object[];
        boolean refusal = thrown instanceof IllegalArgumentException
                || thrown instanceof WaxwingException
                || (thrown instanceof NullPointerException && nothingThere);
        if (!refusal || MET.matcher(message).find()) {
            return "throws " + thrown + at(thrown);
        }
        boolean named = thrown instanceof WaxwingException
                || message.contains(parameter.getName())
                || message.contains(OTHER_WORDS.getOrDefault(name, parameter.getName()))
                || (method instanceof Method && message.contains(method.getName()));
        return named ? null : "is not named in: " + thrown + at(thrown);
    }

    /** What is only kept or shown, and what is the application's own to bound. */
    private static boolean takesAnySize(Executable method) {
        Class<?> type = method.getDeclaringClass();
        return WaxwingException.class.isAssignableFrom(type)
                || TAKES_ANY_SIZE.contains(PublicMethods.shortName(method));
    }

    private static String at(Throwable thrown) {
        return thrown.getStackTrace().length == 0 ? "" : " at " + thrown.getStackTrace()[0];
    }

    private Outcome outcome(Subject subject, Object[] given) {
        Object answer;
        try {
            answer = subject.call(given);
        } catch (InvocationTargetException e) {
            return new Outcome(e.getCause(), null, null);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return new Outcome(null, "cannot be driven: " + e, null);
        }
        if (answer instanceof BatchSend batch) {
            return awaited(batch.result());
        }
        if (answer instanceof CompletableFuture<?> future) {
            return awaited(future);
        }
        if (answer instanceof AutoCloseable opened) {
            try {
                opened.close();
            } catch (Exception e) {
                return new Outcome(null, "does not close: " + e, null);
            }
        }
        return Outcome.IN_ORDER;
    }

    private static Outcome awaited(CompletableFuture<?> future) {
        try {
            future.get(Client.PATIENCE_SECONDS, SECONDS);
            return Outcome.IN_ORDER;
        } catch (ExecutionException e) {
            return e.getCause() instanceof WaxwingException
                    ? Outcome.IN_ORDER
                    : new Outcome(null, "fails later with " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            return new Outcome(null, "never ends", null);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What came of a call: what was thrown at the call, or what went wrong later, and by what failure. */
    private record Outcome(
            @Nullable Throwable thrown,
            @Nullable String later,
            @Nullable Throwable failure) {

        static final Outcome IN_ORDER = new Outcome(null, null, null);
    }

    /** What a method is called on. */
    @FunctionalInterface
    private interface Subject {

        @Nullable
        Object call(Object[] given) throws ReflectiveOperationException;
    }

    private Map<String, Subject> subjects(Executable method) {
        Class<?> type = method.getDeclaringClass();
        if (method instanceof Constructor<?> constructor) {
            return Map.of("", constructor::newInstance);
        }
        Method called = (Method) method;
        if (Modifier.isStatic(called.getModifiers())) {
            return Map.of("", given -> called.invoke(null, given));
        }
        called.setAccessible(true);
        Map<String, Subject> subjects = new LinkedHashMap<>();
        if (type == StoreTransaction.class) {
            for (AccountStore store : List.of(MemoryStore.create(), rows)) {
                subjects.put(store.getClass().getSimpleName() + ": ", given -> inTransaction(store, called, given));
            }
            return subjects;
        }
        subjectsOf(type).forEach((name, subject) -> subjects.put(name, given -> called.invoke(subject, given)));
        if (subjects.isEmpty()) {
            throw new AssertionError(
                    "nothing to call it on: tell PublicArgumentsLoopbackTest.subjectsOf how one gets a "
                            + type.getName());
        }
        return subjects;
    }

    private Map<String, Object> subjectsOf(Class<?> type) {
        Jid person = Jid.parse("15550009999@s.whatsapp.net");
        Map<Class<?>, List<Object>> facets = new LinkedHashMap<>(Map.of(
                EventBus.class, List.of(open.ev(), closed.ev()),
                dev.waxwing.chat.Chats.class, List.of(open.chats(), closed.chats()),
                Identities.class, List.of(open.identities(), closed.identities()),
                LinkPreviews.class, List.of(open.linkPreviews(), closed.linkPreviews()),
                Presence.class, List.of(open.presence(), closed.presence()),
                dev.waxwing.status.Status.class, List.of(open.status(), closed.status()),
                dev.waxwing.group.Groups.class, List.of(open.groups(), closed.groups()),
                dev.waxwing.community.Communities.class, List.of(open.communities(), closed.communities()),
                Socket.class, List.of(open, closed)));
        facets.put(dev.waxwing.contact.Contacts.class, List.of(open.contacts(), closed.contacts()));
        facets.put(dev.waxwing.media.Media.class, List.of(open.media(), closed.media()));
        facets.put(dev.waxwing.privacy.Privacy.class, List.of(open.privacy(), closed.privacy()));
        if (facets.containsKey(type)) {
            return Map.of(
                    "open: ",
                    facets.get(type).get(0),
                    "closed: ",
                    facets.get(type).get(1));
        }
        if (type == SocketPool.class || type == PoolEvents.class) {
            SocketPool pool =
                    SocketPool.builder().sendTimeout(Duration.ofSeconds(2)).build();
            SocketPool ended = SocketPool.builder().build();
            ended.close();
            pools.add(pool);
            return type == SocketPool.class
                    ? Map.of("open: ", pool, "closed: ", ended)
                    : Map.of("open: ", pool.ev(), "closed: ", ended.ev());
        }
        Map<Class<?>, Object> made = new LinkedHashMap<>();
        made.put(
                SocketBuilder.class,
                Socket.builder(Client.config(server, MemoryStore.create()).build()));
        made.put(SocketPool.Builder.class, SocketPool.builder());
        made.put(SendOptions.Builder.class, SendOptions.builder());
        made.put(Waxwing.Builder.class, Waxwing.builder());
        made.put(BatchOptions.Builder.class, BatchOptions.builder());
        made.put(MessageKey.Builder.class, MessageKey.builder(person, false, "A"));
        made.put(ConnectionUpdate.Builder.class, ConnectionUpdate.builder(ConnectionUpdate.State.OPEN));
        made.put(CredsUpdate.Builder.class, CredsUpdate.builder());
        made.put(dev.waxwing.chat.SavedContact.Builder.class, dev.waxwing.chat.SavedContact.builder(person));
        made.put(IdentityChange.Builder.class, IdentityChange.builder(person, IdentityChangeKind.NEW_KEY));
        made.put(GroupMetadata.Builder.class, GroupMetadata.builder(Jid.group("120363000000000001")));
        made.put(MediaReference.Builder.class, MediaReference.builder(MediaKind.IMAGE));
        made.put(TransferOptions.Builder.class, TransferOptions.builder());
        made.put(AccountStore.class, MemoryStore.create());
        made.put(MemoryStore.class, MemoryStore.create());
        made.put(PostgresStore.Builder.class, PostgresStore.builder("jdbc:postgresql://127.0.0.1/none"));
        made.put(SqliteStore.Builder.class, SqliteStore.builder(folder.resolve("built.db")));
        made.put(SqliteStore.class, rows);
        if (type == dev.waxwing.identity.SafetyNumber.class) {
            made.put(
                    type,
                    new dev.waxwing.identity.SafetyNumber("1".repeat(60), new byte[1], new byte[32], new byte[32]));
        }
        Object subject = made.containsKey(type) ? made.get(type) : arguments.subject(type);
        return subject == null ? Map.of() : Map.of("", subject);
    }

    private static @Nullable Object inTransaction(AccountStore store, Method method, Object[] given)
            throws ReflectiveOperationException {
        Object[] answer = new Object[1];
        Exception[] failure = new Exception[1];
        store.transact(transaction -> {
            try {
                answer[0] = method.invoke(transaction, given);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                failure[0] = e;
            }
            return null;
        });
        if (failure[0] instanceof ReflectiveOperationException e) {
            throw e;
        }
        if (failure[0] instanceof IllegalArgumentException e) {
            throw new IllegalStateException(Arrays.toString(given), e);
        }
        return answer[0];
    }
}
