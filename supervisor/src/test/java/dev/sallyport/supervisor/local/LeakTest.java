package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.issue.BundleIssuer;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The keys of a run, looked for wherever other processes or people look. They are known because the secret is static and taken as it
 * is: then every start of the worker has the same ones.
 */
@EnabledOnOs(OS.LINUX)
class LeakTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int HEADER_BYTES = 9;
    private static final int DIGEST_BYTES = 32;

    @TempDir
    private Path folder;

    @TempDir
    static Path roots;

    private static Path jar;

    private final byte[] secret = random();
    private final byte[] otherSecret = random();
    private final List<Long> pids = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void compileRoot() {
        jar = TestRoot.jar(roots, "seen", """
                @Singleton class Seen implements Worker {
                  public Routes routes() {
                    return Routes.builder()
                        .on(MethodDescriptor.ofBytes("seen/properties"), (call, in) ->
                            (System.getProperties() + " "
                                + java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()).getBytes())
                        .on(MethodDescriptor.ofBytes("seen/dump"), (call, in) -> dump(new String(in)))
                        .build();
                  }
                  private static byte[] dump(String folder) throws Exception {
                    try (jdk.jfr.Recording recording = new jdk.jfr.Recording(jdk.jfr.Configuration.getConfiguration("default"))) {
                      recording.start();
                      recording.stop();
                      recording.dump(java.nio.file.Path.of(folder, "recording.jfr"));
                    }
                    java.lang.management.ManagementFactory.getPlatformMXBean(com.sun.management.HotSpotDiagnosticMXBean.class)
                        .dumpHeap(folder + "/heap.hprof", false);
                    return new byte[0];
                  }
                }
                """);
    }

    @Test
    @DisplayName("L03 KEY-IPC-04 no key in argv, environment, system properties, log, events or report, at TRACE")
    void L03_noKeyIsSeen() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        List<String> seen = new ArrayList<>();
        RuntimeConfig config = config(group("seen", secret));
        try (BootstrapSupervisor supervisor = Supervisors.create(config, listener())) {
            supervisor.startGroups();
            supervisor.waitReady(LONG);
            for (long pid : pids) {
                seen.add(read(pid, "cmdline"));
                seen.add(read(pid, "environ"));
            }
            seen.add(read(ProcessHandle.current().pid(), "cmdline"));
            byte[] inside = supervisor
                    .group("seen")
                    .call(MethodDescriptor.ofBytes("seen/properties"), new byte[0], Deadline.after(LONG))
                    .join();
            seen.add(new String(inside, UTF_8));
            seen.add(supervisor.stopGroups(StopPolicy.graceful(LONG)).toString());
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
        }
        seen.addAll(told);
        seen.add(config.toString());
        List.copyOf(log.list)
                .forEach(event -> seen.add(
                        event.getThreadName() + " " + event.getFormattedMessage() + " " + event.getThrowableProxy()));
        assertThat(pids).hasSize(1);
        assertThat(seen).as("texts that were looked through").hasSizeGreaterThan(20);
        List<String> canaries = keys().flatMap(LeakTest::forms).toList();
        assertThat(canaries).hasSize(18);
        assertThat(seen).allSatisfy(text -> assertThat(canaries).noneMatch(text::contains));
    }

    private static String read(long pid, String name) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), name), ISO_8859_1);
    }

    @Test
    @DisplayName("X06 KEY-IPC-04 no key of a group in the heap and the flight recording of another group's worker")
    void X06_heapAndRecordingOfAnotherGroup() throws IOException {
        RuntimeConfig config = config(group("seen", secret), group("other", otherSecret));
        try (BootstrapSupervisor supervisor = Supervisors.create(config, listener())) {
            supervisor.startGroups();
            supervisor.waitReady(LONG);
            supervisor
                    .group("other")
                    .call(
                            MethodDescriptor.ofBytes("seen/dump"),
                            folder.toString().getBytes(UTF_8),
                            Deadline.after(LONG))
                    .join();
        }
        List<String> canaries = keys().flatMap(LeakTest::forms).toList();
        for (String dump : List.of("heap.hprof", "recording.jfr")) {
            String all = Files.readString(folder.resolve(dump), ISO_8859_1);
            assertThat(canaries).as(dump).noneMatch(all::contains);
            assertThat(all).as("what is there is found in %s", dump).contains("planted-canary");
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private GroupSpec group(String name, byte[] own) {
        GroupSpec plain = Rig.group(name, 1, "", List.of(jar.toString()), Map.of(), RestartPolicy.NEVER);
        return plain.toBuilder()
                .jvmArgs(List.of("-Dsallyport.worker.log=TRACE", "-Dplanted=planted-canary"))
                .secret(new SecretSource.Given(Secret.copyOf(own)))
                .build();
    }

    private static RuntimeConfig config(GroupSpec... groups) {
        return new RuntimeConfig(
                RuntimeConfig.Mode.PROCESS_SUPERVISOR,
                new RuntimeConfig.ExecutionIpc(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        1 << 20,
                        TransportConfig.SecretMode.STATIC,
                        TransportConfig.Kdf.NONE,
                        null,
                        30,
                        100_000,
                        Duration.ofSeconds(10),
                        Duration.ZERO),
                new RuntimeConfig.Lifecycle(LONG, LONG, true),
                List.of(groups),
                null);
    }

    private SupervisorListener listener() {
        return new SupervisorListener() {
            @Override
            public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
                told.add(worker + " " + phase);
                if (phase == WorkerPhase.SPAWNED) {
                    pids.add(pid);
                }
            }
        };
    }

    /** The secret, and the two keys that the child got. */
    private Stream<byte[]> keys() throws IOException {
        TransportConfig settings = TransportConfig.builder()
                .staticGroupSecrets(Map.of(), Map.of("seen", secret::clone))
                .build();
        try (Transport transport = LoopbackTransport.create(settings);
                TransportServer server = transport.bind(Routes.none())) {
            GroupSpec group = group("seen", secret);
            byte[] bytes = new BundleIssuer(server, config(group))
                    .issue(new PeerId("seen", "0", 1), group)
                    .publish();
            Bundle bundle = Bundle.parseFrom(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length - DIGEST_BYTES));
            return Stream.of(
                    secret,
                    bundle.getBaseW2S().toByteArray(),
                    bundle.getBaseS2W().toByteArray());
        }
    }

    private static Stream<String> forms(byte[] key) {
        String decimals = Arrays.toString(key);
        return Stream.of(
                new String(key, ISO_8859_1),
                HexFormat.of().formatHex(key),
                HexFormat.of().withUpperCase().formatHex(key),
                Base64.getEncoder().withoutPadding().encodeToString(key),
                Base64.getUrlEncoder().withoutPadding().encodeToString(key),
                decimals.substring(1, decimals.length() - 1));
    }
}
