package dev.sallyport.supervisor.lifecycle;

import java.util.List;

/**
 * Which worker of a group is replaced next. One at a time, so that a group needs room for one process more and no moment sees all its
 * workers leave; in turn, so that a worker which is soon due again does not keep the others from being replaced.
 */
final class Replacements {

    private final List<WorkerSlot> slots;
    private int turn;

    Replacements(List<WorkerSlot> slots) {
        this.slots = slots;
    }

    private boolean isUnderWay() {
        return slots.stream().anyMatch(WorkerSlot::isReplacing);
    }

    /** When the next one is due; not while one is under way. */
    long wakeAt() {
        return isUnderWay()
                ? Long.MAX_VALUE
                : slots.stream().mapToLong(WorkerSlot::replaceDueAt).min().orElse(Long.MAX_VALUE);
    }

    /** Every worker is due. */
    void orderAll() {
        slots.forEach(WorkerSlot::orderReplacement);
    }

    /** Begins with one that is due, unless one is under way. */
    void beginOne(long now, List<Action> out) {
        if (isUnderWay()) {
            return;
        }
        for (int i = 0; i < slots.size(); i++) {
            int index = (turn + i) % slots.size();
            if (slots.get(index).replaceDueAt() <= now) {
                turn = index + 1;
                slots.get(index).replace(out);
                return;
            }
        }
    }

    /** The replacement ended before it took the seat. */
    static void ended(WorkerSlot slot, WorkerEnd end, long now, List<Action> out) {
        WorkerEnd.Failure failure = end.failure();
        if (failure == null) {
            slot.endReplacing();
        } else {
            long delay = slot.retryReplacement(failure, now);
            out.add(new Action.ReplacementFailed(end.stop().worker(), failure.evidence(), delay));
        }
    }

    /** The worker whose seat was taken has ended. */
    static void retired(WorkerSlot slot, WorkerEnd end, List<Action> out) {
        if (end.failure() != null) {
            out.add(new Action.Lost(end.stop().worker(), end.failure().evidence()));
        }
        out.add(new Action.Replaced(slot.forgetRetired(), end.stop()));
    }
}
