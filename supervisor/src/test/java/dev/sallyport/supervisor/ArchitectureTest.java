package dev.sallyport.supervisor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import dev.sallyport.rules.ClassRules;
import java.util.List;
import java.util.Set;

/** The rules on the classes of this module. */
@AnalyzeClasses(locations = ArchitectureTest.OwnClasses.class)
class ArchitectureTest {

    /** Where this module's classes are: to look for them by package goes through every jar, and through the JDK. */
    static final class OwnClasses implements LocationProvider {

        @Override
        public Set<Location> get(Class<?> test) {
            return Set.of(Location.of(BootstrapSupervisor.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()));
        }
    }

    /** From the bottom up: a package knows those before it, and none behind it. */
    private static final List<String> ORDER = List.of(
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
            "cli");

    @ArchTest
    static final ArchTests ofEveryModule = ArchTests.in(ClassRules.class);

    @ArchTest
    void everyPackageHasItsPlaceAndKnowsOnlyThoseBelowIt(JavaClasses classes) {
        ClassRules.packagesKnowOnlyThoseBelow(classes, "dev.sallyport.supervisor", ORDER);
    }

    @ArchTest
    static final ArchRule theNetworkLibraryIsTheTransportsOwn =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.netty..");

    /** The first decimal number of a JDK 25 computes powers of five: 40 ms of a worker's start (docs/adr/0043). */
    @ArchTest
    static final ArchRule noTimeIsDividedByDecimalNumbersInAWorker =
            ClassRules.noTimeIsDividedByDecimalNumbers("..supervisor", "..bootstrap..", "..worker..");

    @ArchTest
    static final ArchRule clocksThreadsAndIoStayOutOfLifecycle =
            ClassRules.clocksThreadsAndIoStayOutOf(List.of("..lifecycle.."));
}
