package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.session.WireText;

/** How far a worker has come, as its supervisor is told (protocol.md, section 8). */
final class WorkerReports {

    private WorkerReports() {}

    static void containerUp(ControlLink link) {
        link.report(status(WorkerStatus.Phase.CONTAINER_UP).build());
    }

    static void ready(ControlLink link, Routes routes) {
        link.report(status(WorkerStatus.Phase.READY)
                .addAllMethods(routes.methods().stream().sorted().toList())
                .build());
    }

    static void failed(ControlLink link, ContainerException failure) {
        String oneLine = WorkerLog.oneLine(String.valueOf(failure.getMessage()));
        link.report(status(WorkerStatus.Phase.FAILED)
                .setCategory(SupervisorException.Category.CHILD_BOOTSTRAP.name())
                .setDetail(WireText.cut(oneLine))
                .build());
    }

    private static WorkerStatus.Builder status(WorkerStatus.Phase phase) {
        return WorkerStatus.newBuilder().setPhase(phase);
    }
}
