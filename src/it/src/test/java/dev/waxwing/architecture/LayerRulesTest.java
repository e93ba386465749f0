package dev.waxwing.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.security.SecureRandom;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.NullMarked;

/** The layer order, and who may touch what; packages that do not exist yet satisfy every rule. */
@AnalyzeClasses(
        packages = "dev.waxwing",
        importOptions = {
            ImportOption.DoNotIncludeTests.class,
            LayerRulesTest.WithoutGeneratedMessages.class,
            LayerRulesTest.WithoutTestSupport.class
        })
final class LayerRulesTest {

    /**
     * The generated messages are most of the classes and hold no decision of ours; rules on uses of them still work.
     */
    static final class WithoutGeneratedMessages implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/dev/waxwing/proto/");
        }
    }

    /** What only tests use is judged as tests are, although it is a module of its own. */
    static final class WithoutTestSupport implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("waxwing-support") && !location.contains("/support/target/");
        }
    }

    /** The one place that knows threads, with the classes nested in it. */
    private static final String THREAD_OWNER = "dev.waxwing.internal.threads.SharedThreads";

    private static final Set<String> COMMON_POOL = Set.of(
            "java.util.concurrent.CompletableFuture.runAsync(java.lang.Runnable)",
            "java.util.concurrent.CompletableFuture.supplyAsync(java.util.function.Supplier)");

    /** What the JDK runs on one thread for the whole process, which an application's code must not get hold of. */
    private static final Set<String> JDK_TIMER = Set.of("orTimeout", "completeOnTimeout", "delayedExecutor");

    @ArchTest
    static final ArchRule eachLayerUsesOnlyThoseBelow = classes().should(Layers.useOnlyTheLayersBelow());

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().assignedFrom(onePerPackage()).should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule theTestKitIsNotUsedByTheLibrary = noClasses()
            .that()
            .resideOutsideOfPackages("dev.waxwing.testkit..", "dev.waxwing.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.waxwing.testkit..");

    @ArchTest
    static final ArchRule libsignalIsUsedByOneClass = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.waxwing.internal.crypto.NativeCurve")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.signal..")
            .because("it may be absent, and a class that names it cannot be loaded then");

    @ArchTest
    static final ArchRule bouncyCastleIsUsedByCryptoOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.waxwing.internal.crypto..", "dev.waxwing.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..")
            .because("one facade decides on curves and ciphers; the test kit makes certificates with it");

    @ArchTest
    static final ArchRule buffersDoNotRiseAboveBinary = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.waxwing.internal.transport..",
                    "dev.waxwing.internal.noise..",
                    "dev.waxwing.internal.binary..",
                    "dev.waxwing.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.buffer..")
            .because("whoever holds a buffer must release it, and above binary nobody counts");

    @ArchTest
    static final ArchRule threadsAreStartedInOnePlace = classes()
            .that(areOfTheLibraryButNot(THREAD_OWNER))
            .should(notStartThreads())
            .because("one class knows which thread runs what");

    @ArchTest
    static final ArchRule timeIsKeptInOnePlace = classes()
            .that(areOfTheLibraryButNot(THREAD_OWNER))
            .should(notWaitByTheJdk())
            .because("a test moves the clock of LoopTimer, and what hangs on a future must not run on the JDK's timer");

    @ArchTest
    static final ArchRule clocksAreReadInOnePlace = noClasses()
            .that(areOfTheLibraryButNot("dev.waxwing.internal.threads.SystemTime"))
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("whoever measures or waits does so by LoopTimer, which a test moves");

    @ArchTest
    static final ArchRule randomnessHasOneSource = noClasses()
            .that(areOfTheLibraryButNot("dev.waxwing.internal.crypto.RandomBytes"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, SecureRandom.class, ThreadLocalRandom.class, SplittableRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .because("keys need the secure source, and a simulation replaces one source, not many");

    @ArchTest
    static final ArchRule nobodyUsesJavaUtilLogging =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule theLibraryDoesNotPrint = noClasses()
            .that(areOfTheLibraryButNot("dev.waxwing.TerminalQr"))
            .should(ACCESS_STANDARD_STREAMS)
            .because("only the QR code is meant for a terminal; all else is logged");

    /** Error Prone's null check passes over a package without the mark in silence. */
    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(resideInANullMarkedPackage());

    private static DescribedPredicate<JavaClass> areOfTheLibraryButNot(String exception) {
        return DescribedPredicate.describe(
                "are of the library, " + exception + " excepted",
                type -> !resideInAnyPackage("dev.waxwing.testkit..", "dev.waxwing.examples..")
                                .test(type)
                        && !type.getName().equals(exception)
                        && !type.getName().startsWith(exception + "$"));
    }

    private static SliceAssignment onePerPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                return name.startsWith("dev.waxwing") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    private static ArchCondition<JavaClass> notStartThreads() {
        return new ArchCondition<>("not start threads or make executors") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (startsThreads(access)) {
                        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> notWaitByTheJdk() {
        return new ArchCondition<>("not wait by the JDK's timer") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (access.getTargetOwner().isEquivalentTo(CompletableFuture.class)
                            && JDK_TIMER.contains(access.getTarget().getName())) {
                        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean startsThreads(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        boolean constructs = name.equals("<init>");
        if (owner.isAssignableTo(Thread.class)) {
            return constructs || name.equals("start");
        }
        if (owner.isEquivalentTo(CompletableFuture.class)) {
            // Those that are given no executor run on the common pool, which is nobody's.
            return COMMON_POOL.contains(access.getTarget().getFullName());
        }
        return owner.isEquivalentTo(Executors.class)
                || owner.isEquivalentTo(ForkJoinPool.class)
                || (constructs
                        && (owner.isAssignableTo(ThreadPoolExecutor.class) || owner.isAssignableTo(Timer.class)));
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package with @NullMarked in its package-info") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " is in a package without it"));
                }
            }
        };
    }
}
