package dev.sallyport.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules on the classes of every module: those that a module's test includes, and those that it asks for with its own names. */
public final class ClassRules {

    private ClassRules() {}

    @ArchTest
    public static final ArchRule noObjectGraphIsSerialised = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class, Externalizable.class);

    /** One class says why it does, and does without them where they are missing. */
    @ArchTest
    public static final ArchRule noInternalClassOfTheJdkIsUsed = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.sallyport.supervisor.worker.TerminalSignals")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("sun..", "jdk.internal..");

    /** Exceptions, enums and loggers are serialisable by birth, and nobody serialises them. */
    @ArchTest
    public static final ArchRule nothingElseIsSerialisable = noClasses()
            .that()
            .areNotAssignableTo(Throwable.class)
            .and()
            .areNotAssignableTo("org.slf4j.Logger")
            .and()
            .areNotEnums()
            .should()
            .beAssignableTo(Serializable.class);

    /**
     * Every package has its place, and knows only those below it.
     *
     * @param contracts the module's package with the contracts, which is the lowest
     * @param names of the packages in it, from the bottom up
     */
    public static void packagesKnowOnlyThoseBelow(JavaClasses classes, String contracts, List<String> names) {
        List<String> order = Stream.concat(Stream.of(contracts), names.stream().map(name -> contracts + "." + name))
                .toList();
        assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrderElementsOf(order);
        for (int place = 0; place < order.size() - 1; place++) {
            noClasses()
                    .that()
                    .resideInAPackage(order.get(place))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(order.subList(place + 1, order.size()).toArray(String[]::new))
                    .check(classes);
        }
    }

    /** Full names. */
    private static final Pattern CLOCKS_THREADS_AND_IO = Pattern.compile(String.join(
            "|",
            "java\\.lang\\.(Thread.*|Process.*)",
            "java\\.time\\.(Clock|Instant)",
            "java\\.util\\.Timer.*",
            "java\\.util\\.concurrent\\.(.*Executor.*|.*Future|CountDownLatch|Semaphore|locks\\..*)",
            "java\\.security\\.SecureRandom",
            "java\\.net\\..*",
            "java\\.nio\\.(file|channels)\\..*",
            "java\\.io\\.(?!Serializable$).*",
            "io\\.netty\\.(channel|bootstrap|util\\.concurrent)\\..*"));

    /**
     * Time is a parameter in these packages, and what they decide is done by others.
     *
     * @param allowed what they may use all the same
     */
    public static ArchRule clocksThreadsAndIoStayOutOf(List<String> packages, Class<?>... allowed) {
        List<String> names = Stream.of(allowed).map(Class::getName).toList();
        return noClasses()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should()
                .dependOnClassesThat(describe(
                        "clocks, threads and I/O",
                        c -> CLOCKS_THREADS_AND_IO.matcher(c.getFullName()).matches()
                                && !names.contains(c.getFullName())))
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis");
    }

    /** In these packages no time is multiplied or divided by the methods that make a {@code BigDecimal} for it. */
    public static ArchRule noTimeIsDividedByDecimalNumbers(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .callMethod(Duration.class, "dividedBy", long.class)
                .orShould()
                .callMethod(Duration.class, "dividedBy", Duration.class)
                .orShould()
                .callMethod(Duration.class, "multipliedBy", long.class);
    }
}
