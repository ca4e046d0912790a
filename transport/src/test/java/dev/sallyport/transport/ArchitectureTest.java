package dev.sallyport.transport;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import dev.sallyport.rules.ClassRules;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.HmacSha256;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.inline.InlineTransport;
import dev.sallyport.transport.loopback.LoopbackTransport;
import dev.sallyport.transport.observe.MicrometerMetrics;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** The rules on the classes of this module. */
@AnalyzeClasses(locations = ArchitectureTest.OwnClasses.class)
class ArchitectureTest {

    /** Where this module's classes are: to look for them by package goes through every jar, and through the JDK. */
    static final class OwnClasses implements LocationProvider {

        @Override
        public Set<Location> get(Class<?> test) {
            return Set.of(Location.of(
                    TransportConfig.class.getProtectionDomain().getCodeSource().getLocation()));
        }
    }

    private static final String CONTRACTS = "dev.sallyport.transport";

    /** From the bottom up: a package knows those before it, and none behind it. */
    private static final List<String> ORDER =
            List.of("observe", "keys", "frame", "auth", "session", "dispatch", "loopback", "inline");

    private static final int PUBLIC_TYPES_MAX = 25;

    @ArchTest
    static final ArchTests ofEveryModule = ArchTests.in(ClassRules.class);

    @ArchTest
    void everyPackageHasItsPlaceAndKnowsOnlyThoseBelowIt(JavaClasses classes) {
        ClassRules.packagesKnowOnlyThoseBelow(classes, CONTRACTS, ORDER);
    }

    /** The first of its classes has every start of a worker look through the security providers (docs/adr/0010). */
    @ArchTest
    static final ArchRule tagsAndKeysNeedNoSecurityProvider =
            noClasses().should().dependOnClassesThat().resideInAPackage("javax.crypto..");

    /** The first decimal number of a JDK 25 computes powers of five: 40 ms of a worker's start (docs/adr/0043). */
    @ArchTest
    static final ArchRule noTimeIsDividedByDecimalNumbers = ClassRules.noTimeIsDividedByDecimalNumbers("..transport..");

    @ArchTest
    static final ArchRule contractsDoNotKnowTheNetworkLibrary = noClasses()
            .that()
            .resideInAPackage(CONTRACTS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    /** Observers are the embedding program's to choose: without its library on the class path the transport does all else. */
    @ArchTest
    static final ArchRule nothingNeedsAnObserver = noClasses()
            .that()
            .resideOutsideOfPackage("..observe..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..observe..", "io.micrometer..", "jdk.jfr..");

    @ArchTest
    static final ArchRule oneClassKnowsMicrometer = noClasses()
            .that(not(belongToAnyOf(MicrometerMetrics.class)))
            .should()
            .dependOnClassesThat(describe(
                    "Micrometer or what binds it",
                    c -> c.getPackageName().startsWith("io.micrometer") || c.isEquivalentTo(MicrometerMetrics.class)));

    /** What an embedding program names: the contracts and the two factories; nested types go with their own. */
    @ArchTest
    void thePublicApiIsSmall(JavaClasses classes) {
        List<String> api = classes.stream()
                .filter(c -> c.isTopLevelClass() && c.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(c -> c.getPackageName().equals(CONTRACTS)
                        || c.isEquivalentTo(LoopbackTransport.class)
                        || c.isEquivalentTo(InlineTransport.class))
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();

        assertThat(api).contains("Transport", "LoopbackTransport").hasSizeLessThanOrEqualTo(PUBLIC_TYPES_MAX);
    }

    @ArchTest
    static final ArchRule verifiedIsATypeWithOneConstructionSite = constructors()
            .that()
            .areDeclaredIn(VerifiedFrame.class)
            .should()
            .onlyBeCalled()
            .byClassesThat(belongToAnyOf(FrameVerifier.class));

    @ArchTest
    static final ArchRule M10_onlySignerAndVerifierHoldAComputedTag = noClasses()
            .that(not(belongToAnyOf(FrameSigner.class, FrameVerifier.class)))
            .should()
            .callMethodWhere(target(name("tag")).and(target(owner(belongToAnyOf(FrameMac.class, HmacSha256.class)))));

    @ArchTest
    static final ArchRule M10_theVerifierComparesInConstantTime = classes()
            .that(belongToAnyOf(FrameVerifier.class))
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class);

    @ArchTest
    static final ArchRule M10_noOtherComparisonOfBytesWhereTagsAre = noClasses()
            .that()
            .resideInAnyPackage("..auth..", "..frame..")
            .should()
            .callMethodWhere(target(comparison()));

    private static DescribedPredicate<AccessTarget> comparison() {
        return describe(
                "equals, compare or mismatch of arrays, buffers or strings",
                called -> List.of("equals", "compare", "compareTo", "compareUnsigned", "mismatch", "contentEquals")
                                .contains(called.getName())
                        && !called.getOwner().isEquivalentTo(Integer.class)
                        && !called.getOwner().isEquivalentTo(Long.class));
    }

    /** A bare Executor is only a place to hand a task to. */
    @ArchTest
    static final ArchRule clocksThreadsAndIoStayOutOfAuthAndSession = ClassRules.clocksThreadsAndIoStayOutOf(
            List.of("..auth..", "..session.."), Executor.class, IOException.class);
}
