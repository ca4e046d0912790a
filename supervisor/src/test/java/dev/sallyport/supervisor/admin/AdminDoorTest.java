package dev.sallyport.supervisor.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.proto.admin.v1.DrainCommand;
import dev.sallyport.proto.admin.v1.GroupRow;
import dev.sallyport.proto.admin.v1.LogLine;
import dev.sallyport.proto.admin.v1.Logs;
import dev.sallyport.proto.admin.v1.LogsRequest;
import dev.sallyport.proto.admin.v1.Postmortem;
import dev.sallyport.proto.admin.v1.PostmortemsRequest;
import dev.sallyport.proto.admin.v1.Status;
import dev.sallyport.proto.admin.v1.StatusRequest;
import dev.sallyport.proto.admin.v1.StopCommand;
import dev.sallyport.proto.admin.v1.WorkerRow;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.Patience;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.supervisor.process.OutputLine;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The administrator's way in, over real sockets, to a supervisor whose decisions are made up. */
class AdminDoorTest {

    private static final int SMALLEST_PAYLOAD = 4096;
    private static final int GROUPS = 60;
    private static final PeerId WORKER = new PeerId("g0", "0", 1);
    private static final MethodDescriptor<byte[], byte[]> BLOCK = MethodDescriptor.ofBytes("test/block");

    private final Path home;
    private final List<String> ordered = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Transport transport = LoopbackTransport.create(TransportConfig.builder()
            .maxPayloadBytes(SMALLEST_PAYLOAD)
            .handlerThreads(2)
            .build());
    private final Transport peers = LoopbackTransport.create(TransportConfig.defaults());
    private final AdminDoor door;
    private final TransportServer server;

    AdminDoorTest(@TempDir Path home) {
        this.home = home;
        this.door = door();
        this.server = bind();
    }

    private AdminDoor door() {
        RuntimeConfig config = new RuntimeConfig(
                RuntimeConfig.Mode.PROCESS_SUPERVISOR,
                new RuntimeConfig.ExecutionIpc(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        SMALLEST_PAYLOAD,
                        TransportConfig.SecretMode.GENERATED,
                        TransportConfig.Kdf.HKDF_SHA256,
                        null,
                        30,
                        100_000,
                        Duration.ofSeconds(10),
                        Duration.ZERO),
                RuntimeConfig.Lifecycle.DEFAULT,
                IntStream.range(0, GROUPS).mapToObj(i -> group("g" + i)).toList(),
                null);
        return new AdminDoor(
                new Administration(directory(), Path.of("c.yml"), () -> ordered.add("stop")), config, new Fake());
    }

    private static Deadline soon() {
        return Deadline.after(Patience.LIMIT);
    }

    private static GroupSpec group(String name) {
        return GroupSpec.builder(name).build();
    }

    private TransportServer bind() {
        Routes own = Routes.builder()
                .on(BLOCK, (call, request) -> {
                    released.await();
                    return request;
                })
                .build();
        return transport.bind(Routes.builder().addAll(own).addAll(door.routes()).build());
    }

    private RunDirectory directory() {
        return new RunDirectory(home.resolve("run"));
    }

    @BeforeEach
    void open() {
        door.open(server);
    }

    @AfterEach
    void close() {
        released.countDown();
        door.close();
        peers.close();
        transport.close();
    }

    private RunFile file() throws AdminException {
        return directory().files().get(0);
    }

    private void ready() {
        for (int i = 0; i < GROUPS; i++) {
            PeerId id = new PeerId("g" + i, "0", 1);
            door.on(new Action.Spawn(id));
            door.on(new Action.PhaseReached(id, WorkerPhase.READY, 1000 + i, 5));
        }
        door.on(new Action.AllReady());
    }

    private static Status wholeStatus(AdminClient client) throws AdminException {
        Status.Builder all = Status.newBuilder();
        int row = 0;
        do {
            Status page = client.ask(
                    AdminMethods.STATUS,
                    StatusRequest.newBuilder().setFirstRow(row).build());
            all.mergeFrom(page);
            row = page.getNextRow();
        } while (row > 0);
        return all.build();
    }

    @Test
    @DisplayName("the credential file is this user's alone, and goes when the supervisor ends")
    void theFile() throws Exception {
        Path path = file().path();
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        door.close();
        assertThat(path).doesNotExist();
    }

    @Test
    @DisplayName("the status has every group and worker, in pages that fit the smallest payload")
    void status() throws Exception {
        ready();
        try (AdminClient client = new AdminClient(file())) {
            Status status = wholeStatus(client);
            assertThat(status.getState()).isEqualTo("running");
            assertThat(status.getPid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(status.getGroupsList())
                    .hasSize(GROUPS)
                    .extracting(GroupRow::getState)
                    .containsOnly("running");
            assertThat(status.getWorkersList())
                    .hasSize(GROUPS)
                    .extracting(WorkerRow::getPhase)
                    .containsOnly("ready");
            assertThat(status.getWorkers(7).getPid()).isEqualTo(1007);
            assertThat(status.getWorkers(7).getInFlight()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("the administrator is answered while user code holds every handler thread")
    void userCodeBlocksNoAnswer() throws Exception {
        Connection worker = peers.connect(server.issue(PeerSpec.of("g0", "0").mayCall(BLOCK)), Routes.none());
        for (int i = 0; i < 10; i++) {
            var unused = worker.call(BLOCK, new byte[0], soon());
        }
        try (AdminClient client = new AdminClient(file())) {
            assertThat(wholeStatus(client).getState()).isEqualTo("starting");
        }
    }

    @Test
    @DisplayName("a worker that calls a method of the administrator gets PERMISSION_DENIED, and nothing happens")
    void workersAreDenied() {
        Connection worker = peers.connect(server.issue(PeerSpec.of("g0", "0").mayCall(BLOCK)), Routes.none());
        assertThatThrownBy(() -> worker.call(AdminMethods.STOP, StopCommand.getDefaultInstance(), soon())
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        CallException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.PERMISSION_DENIED));
        assertThatThrownBy(() -> worker.call(AdminMethods.STATUS, StatusRequest.getDefaultInstance(), soon())
                        .join())
                .hasMessageContaining("PERMISSION_DENIED");
        assertThat(ordered).isEmpty();
    }

    @Test
    @DisplayName("the administrator may call no method of the workers")
    void theAdministratorIsNoWorker() throws Exception {
        Connection admin = peers.connect(file().path(), Routes.none());
        assertThatThrownBy(() -> admin.call(BLOCK, new byte[0], soon()).join())
                .hasMessageContaining("PERMISSION_DENIED");
    }

    @Test
    @DisplayName("a credential of another start is refused, and orders nothing")
    void wrongCredential() throws Exception {
        RunFile file = file();
        Files.delete(file.path());
        try (Transport other = LoopbackTransport.create(TransportConfig.builder()
                        .bind("127.0.0.1", 0)
                        .connectTimeout(Duration.ofMillis(300))
                        .build());
                TransportServer stranger = other.bind(Routes.none());
                Credential credential = stranger.issue(new PeerSpec(PeerId.ADMIN, Set.of("~admin/stop")))) {
            credential.saveTo(file.path());
        }
        try (AdminClient client = new AdminClient(file)) {
            AdminException refused = catchThrowableOfType(
                    AdminException.class, () -> client.order(AdminMethods.STOP, StopCommand.getDefaultInstance()));
            assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
        }
        assertThat(ordered).isEmpty();
    }

    @Test
    @DisplayName("a command does not follow a symbolic link in the place of the credential file")
    void linkedCredential() throws Exception {
        RunFile file = file();
        Path moved = Files.move(file.path(), home.resolve("moved"));
        Files.createSymbolicLink(file.path(), moved);
        try (AdminClient client = new AdminClient(file)) {
            AdminException refused = catchThrowableOfType(
                    AdminException.class, () -> client.order(AdminMethods.STOP, StopCommand.getDefaultInstance()));
            assertThat(refused.kind()).isEqualTo(Kind.UNSAFE);
        }
        assertThat(ordered).isEmpty();
    }

    @Test
    @DisplayName("two commands at once take turns, and neither is lost to the other's session")
    void twoCommands() throws Exception {
        ready();
        try (AdminClient one = new AdminClient(file());
                AdminClient two = new AdminClient(file())) {
            for (int i = 0; i < 3; i++) {
                assertThat(wholeStatus(one).getWorkersCount()).isEqualTo(GROUPS);
                assertThat(wholeStatus(two).getWorkersCount()).isEqualTo(GROUPS);
            }
        }
    }

    @Test
    @DisplayName("orders are handed over when they can be carried out, and refused with the reason otherwise")
    void orders() throws Exception {
        try (AdminClient client = new AdminClient(file())) {
            assertThat(refusal(client, "g0")).contains("the supervisor is starting");
            ready();
            assertThat(refusal(client, "nobody")).contains("no such group; there are: g0, g1");
            client.order(
                    AdminMethods.DRAIN, DrainCommand.newBuilder().setGroup("g0").build());
            door.on(new Action.CloseGroup("g0"));
            assertThat(refusal(client, "g0")).contains("group g0 is stopping");
            client.order(AdminMethods.STOP, StopCommand.getDefaultInstance());
            assertThat(ordered).containsExactly("drain g0", "stop");
        }
    }

    private static String refusal(AdminClient client, String group) {
        AdminException refused = catchThrowableOfType(
                AdminException.class,
                () -> client.order(
                        AdminMethods.DRAIN,
                        DrainCommand.newBuilder().setGroup(group).build()));
        assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
        return String.valueOf(refused.getMessage());
    }

    @Test
    @DisplayName("a message with a field that it does not have fails the call")
    void messagesAreExact() throws Exception {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.ofBytes("~admin/stop");
        Connection admin = peers.connect(file().path(), Routes.none());
        assertThatThrownBy(() -> admin.call(raw, new byte[] {8, 1}, soon()).join())
                .hasMessageContaining("APPLICATION_ERROR");
        assertThat(ordered).isEmpty();
    }

    @Test
    @DisplayName("the lines of a worker come in pages, oldest first, and none twice")
    void logs() throws Exception {
        List<String> lines = new ArrayList<>();
        try (AdminClient client = new AdminClient(file())) {
            long after = 0;
            boolean more = true;
            while (more) {
                Logs page = client.ask(
                        AdminMethods.LOGS,
                        LogsRequest.newBuilder()
                                .setGroup("g0")
                                .setWorker("0")
                                .setAfter(after)
                                .build());
                for (LogLine line : page.getLinesList()) {
                    lines.add(line.getText().substring(0, 8));
                    after = line.getNumber();
                }
                more = page.getMore();
            }
        }
        assertThat(lines).hasSize(200).doesNotHaveDuplicates().isSorted();
    }

    @Test
    @DisplayName("abnormal ends are remembered, told in pages, and written down for after the supervisor's end")
    void postmortems() throws Exception {
        String evidence = "g0/0#1 was ended by signal 9".concat("x".repeat(3000));
        door.on(new Action.Lost(WORKER, evidence));
        door.on(new Action.Lost(WORKER, evidence));
        door.on(new Action.StartFailed(Category.BOOTSTRAP, List.of("no such file")));
        try (AdminClient client = new AdminClient(file())) {
            List<Postmortem> told = new ArrayList<>();
            boolean more = true;
            while (more) {
                var page = client.ask(
                        AdminMethods.POSTMORTEMS,
                        PostmortemsRequest.newBuilder().setAfter(told.size()).build());
                told.addAll(page.getEndsList());
                more = page.getMore();
            }
            assertThat(told).extracting(Postmortem::getNumber).containsExactly(1L, 2L, 3L);
            assertThat(told.get(0).getEvidence()).startsWith("g0/0#1 was ended by signal 9");
        }
        door.close();
        Path written = directory().postmortems().get(0).path();
        assertThat(Files.getPosixFilePermissions(written)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(PostmortemFile.read(written))
                .extracting(Postmortem::getEvidence)
                .containsExactly(evidence, evidence, "no such file");
    }

    private final class Fake implements Supervised {
        @Override
        public int inFlight(PeerId worker) {
            return 3;
        }

        @Override
        public List<Output> output(String group, String worker) {
            return IntStream.of(1, 2)
                    .mapToObj(incarnation -> new Output(
                            incarnation,
                            IntStream.rangeClosed(100 * incarnation - 99, 100 * incarnation)
                                    .mapToObj(n -> new OutputLine(n, 0, false, "%08d".formatted(n) + "x".repeat(400)))
                                    .toList()))
                    .toList();
        }

        @Override
        public void stop() {
            ordered.add("stop");
        }

        @Override
        public void drain(String group) {
            ordered.add("drain " + group);
        }

        @Override
        public void restart(String group) {
            ordered.add("restart " + group);
        }
    }
}
