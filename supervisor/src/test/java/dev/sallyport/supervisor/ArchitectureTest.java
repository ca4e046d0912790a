package dev.sallyport.supervisor;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** The rules on the classes of this module. */
@AnalyzeClasses(packages = "dev.sallyport.supervisor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String CONTRACTS = "dev.sallyport.supervisor";

    /** From the bottom up: a package knows those before it, and none behind it. */
    private static final List<String> ORDER = Stream.concat(
                    Stream.of(CONTRACTS),
                    Stream.of(
                                    "config",
                                    "issue",
                                    "bootstrap",
                                    "process",
                                    "archive",
                                    "lifecycle",
                                    "calls",
                                    "admin",
                                    "worker",
                                    "inline",
                                    "local",
                                    "launch",
                                    "scenario",
                                    "cli")
                            .map(name -> CONTRACTS + "." + name))
            .toList();

    @ArchTest
    void everyPackageHasItsPlaceAndKnowsOnlyThoseBelowIt(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrderElementsOf(ORDER);
        for (int place = 0; place < ORDER.size() - 1; place++) {
            noClasses()
                    .that()
                    .resideInAPackage(ORDER.get(place))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ORDER.subList(place + 1, ORDER.size()).toArray(String[]::new))
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule theNetworkLibraryIsTheTransportsOwn =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.netty..");

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
            "java\\.io\\.(?!Serializable$).*"));

    @ArchTest
    static final ArchRule clocksThreadsAndIoStayOutOfLifecycle = noClasses()
            .that()
            .resideInAPackage("..lifecycle..")
            .should()
            .dependOnClassesThat(describe(
                    "clocks, threads and I/O",
                    c -> CLOCKS_THREADS_AND_IO.matcher(c.getFullName()).matches()))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule noObjectGraphIsSerialised = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class, Externalizable.class);

    /** Exceptions, enums and loggers are serialisable by birth, and nobody serialises them. */
    @ArchTest
    static final ArchRule nothingElseIsSerialisable = noClasses()
            .that()
            .areNotAssignableTo(Throwable.class)
            .and()
            .areNotAssignableTo(Logger.class)
            .and()
            .areNotEnums()
            .should()
            .beAssignableTo(Serializable.class);
}
