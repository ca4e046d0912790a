package dev.sallyport.supervisor.admin;

import dev.sallyport.proto.admin.v1.Accepted;
import dev.sallyport.proto.admin.v1.GroupRow;
import dev.sallyport.proto.admin.v1.LogLine;
import dev.sallyport.proto.admin.v1.Logs;
import dev.sallyport.proto.admin.v1.LogsRequest;
import dev.sallyport.proto.admin.v1.Postmortem;
import dev.sallyport.proto.admin.v1.Postmortems;
import dev.sallyport.proto.admin.v1.PostmortemsRequest;
import dev.sallyport.proto.admin.v1.Status;
import dev.sallyport.proto.admin.v1.StatusRequest;
import dev.sallyport.proto.admin.v1.WorkerRow;
import dev.sallyport.supervisor.admin.Ledger.AbnormalEnd;
import dev.sallyport.supervisor.admin.Ledger.GroupView;
import dev.sallyport.supervisor.admin.Ledger.WorkerView;
import dev.sallyport.supervisor.process.OutputLine;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.Routes;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the supervisor answers to its administrator. On the event loop, since the handler pool may be full of user code that blocks:
 * every answer is a copy of what is known, and an order is only handed over.
 */
final class AdminRoutes {

    /** What is the same for as long as the supervisor lives. */
    record Facts(long pid, String version, String config, String mode, int maxBodyBytes, boolean sharedKeys) {}

    private final Facts facts;
    private final Ledger ledger;
    private final Supervised supervised;
    private final LongSupplier clock;
    private final long startedAt;

    /** @param clock milliseconds, the one that the ledger is written by */
    AdminRoutes(Facts facts, Ledger ledger, Supervised supervised, LongSupplier clock) {
        this.facts = facts;
        this.ledger = ledger;
        this.supervised = supervised;
        this.clock = clock;
        this.startedAt = clock.getAsLong();
    }

    Routes routes() {
        return Routes.builder()
                .onEventLoop(AdminMethods.STATUS, (call, request) -> status(request))
                .onEventLoop(AdminMethods.STOP, (call, request) -> stop())
                .onEventLoop(AdminMethods.DRAIN, (call, request) -> drain(request.getGroup()))
                .onEventLoop(AdminMethods.RESTART, (call, request) -> restart(request.getGroup()))
                .onEventLoop(AdminMethods.LOGS, (call, request) -> logs(request))
                .onEventLoop(AdminMethods.POSTMORTEMS, (call, request) -> postmortems(request))
                .build();
    }

    private Status status(StatusRequest request) {
        long now = clock.getAsLong();
        Status.Builder status = Status.newBuilder()
                .setPid(facts.pid())
                .setVersion(facts.version())
                .setConfig(Page.text(facts.config(), 0))
                .setMode(facts.mode())
                .setState(ledger.state())
                .setUptimeMs(now - startedAt);
        List<GroupView> groups = ledger.groups();
        List<WorkerView> workers = ledger.workers();
        Page page = new Page(facts.maxBodyBytes() - status.build().getSerializedSize());
        for (int row = Math.max(0, request.getFirstRow()); row < groups.size() + workers.size(); row++) {
            boolean taken = row < groups.size()
                    ? add(status, page, groups.get(row))
                    : add(status, page, workers.get(row - groups.size()), now);
            if (!taken) {
                return status.setNextRow(row).build();
            }
        }
        return status.build();
    }

    private boolean add(Status.Builder status, Page page, GroupView group) {
        GroupRow row = GroupRow.newBuilder()
                .setName(group.name())
                .setState(group.state())
                .setSize(group.size())
                .setReady(group.ready())
                .setRestarts(group.restarts())
                .setEvidence(Page.text(group.evidence(), 0))
                .build();
        boolean fits = page.takes(row);
        if (fits) {
            status.addGroups(row);
        }
        return fits;
    }

    private boolean add(Status.Builder status, Page page, WorkerView worker, long now) {
        WorkerRow row = WorkerRow.newBuilder()
                .setGroup(worker.id().group())
                .setWorker(worker.id().worker())
                .setIncarnation(worker.id().incarnation())
                .setPid(worker.pid())
                .setPhase(worker.phase())
                .setUptimeMs(now - worker.spawnedAt())
                .setInFlight(supervised.inFlight(worker.id()))
                .build();
        boolean fits = page.takes(row);
        if (fits) {
            status.addWorkers(row);
        }
        return fits;
    }

    private Accepted stop() {
        supervised.stop();
        return Accepted.getDefaultInstance();
    }

    private Accepted drain(String group) throws HandlerException {
        requireRunning(group);
        supervised.drain(group);
        return Accepted.getDefaultInstance();
    }

    private Accepted restart(String group) throws HandlerException {
        requireRunning(group);
        if (facts.sharedKeys()) {
            throw new HandlerException(
                    "with static secrets and kdf none a worker and its replacement would hold the same keys:"
                            + " stop the supervisor and start it again");
        }
        supervised.restart(group);
        return Accepted.getDefaultInstance();
    }

    private void requireRunning(String group) throws HandlerException {
        GroupView view = find(group);
        if (!ledger.state().equals("running")) {
            throw new HandlerException("the supervisor is " + ledger.state() + ", not running");
        }
        if (!view.state().equals("running")) {
            throw new HandlerException("group " + group + " is " + view.state() + ", not running");
        }
    }

    private GroupView find(String group) throws HandlerException {
        GroupView view = ledger.find(group);
        if (view == null) {
            throw new HandlerException("no such group; there are: "
                    + String.join(
                            ", ", ledger.groups().stream().map(GroupView::name).toList()));
        }
        return view;
    }

    private Logs logs(LogsRequest request) throws HandlerException {
        GroupView group = find(request.getGroup());
        Logs.Builder logs = Logs.newBuilder();
        Page page = new Page(facts.maxBodyBytes());
        for (Printed printed : after(request.getAfter(), supervised.output(group.name(), request.getWorker()))) {
            if (!add(logs, page, printed.incarnation(), printed.line())) {
                return logs.setMore(true).build();
            }
        }
        return logs.build();
    }

    private record Printed(long incarnation, OutputLine line) {}

    /** Two incarnations print at the same time while one replaces the other: a page must not skip what it comes to later. */
    private static List<Printed> after(long number, List<Supervised.Output> outputs) {
        return outputs.stream()
                .flatMap(output -> output.lines().stream().map(line -> new Printed(output.incarnation(), line)))
                .filter(printed -> printed.line().number() > number)
                .sorted(Comparator.comparingLong(printed -> printed.line().number()))
                .toList();
    }

    private static boolean add(Logs.Builder logs, Page page, long incarnation, OutputLine line) {
        LogLine row = LogLine.newBuilder()
                .setNumber(line.number())
                .setTimeMs(line.unixMillis())
                .setIncarnation(incarnation)
                .setError(line.error())
                .setText(line.text())
                .build();
        boolean fits = page.takes(row);
        if (fits) {
            logs.addLines(row);
        }
        return fits;
    }

    private Postmortems postmortems(PostmortemsRequest request) {
        Postmortems.Builder all = Postmortems.newBuilder();
        Page page = new Page(facts.maxBodyBytes());
        for (AbnormalEnd end : ledger.endsAfter(request.getAfter())) {
            Postmortem row = message(end, facts.maxBodyBytes());
            if (!page.takes(row)) {
                return all.setMore(true).build();
            }
            all.addEnds(row);
        }
        return all.build();
    }

    static Postmortem message(AbnormalEnd end, int maxBodyBytes) {
        return Postmortem.newBuilder()
                .setNumber(end.number())
                .setTimeMs(end.unixMillis())
                .setSubject(end.subject())
                .setEvidence(Page.text(end.evidence(), maxBodyBytes))
                .build();
    }
}
