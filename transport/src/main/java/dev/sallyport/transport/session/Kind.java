package dev.sallyport.transport.session;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.Lane;
import org.jspecify.annotations.Nullable;

/** The kinds of session frames: who may send each one, in which frame type and on which lane (protocol.md, section 7). */
public enum Kind {
    READY(WireSpec.KIND_READY, WireSpec.TYPE_CONTROL, Role.SUPERVISOR, null),
    HEARTBEAT(WireSpec.KIND_HEARTBEAT, WireSpec.TYPE_CONTROL, Role.SUPERVISOR, Lane.CONTROL),
    HEARTBEAT_ACK(WireSpec.KIND_HEARTBEAT_ACK, WireSpec.TYPE_CONTROL, Role.WORKER, Lane.CONTROL),
    WORKER_STATUS(WireSpec.KIND_WORKER_STATUS, WireSpec.TYPE_CONTROL, Role.WORKER, Lane.CONTROL),
    STOP(WireSpec.KIND_STOP, WireSpec.TYPE_CONTROL, Role.SUPERVISOR, Lane.CONTROL),
    STOP_ACK(WireSpec.KIND_STOP_ACK, WireSpec.TYPE_CONTROL, Role.WORKER, Lane.CONTROL),
    CALLS(WireSpec.KIND_CALLS, WireSpec.TYPE_DATA, null, Lane.DATA),
    GOODBYE(WireSpec.KIND_NONE, WireSpec.TYPE_GOODBYE, null, null);

    private static final Kind[] VALUES = values();

    private final int number;
    private final int type;
    private final @Nullable Role sender;
    private final @Nullable Lane lane;

    Kind(int number, int type, @Nullable Role sender, @Nullable Lane lane) {
        this.number = number;
        this.type = type;
        this.sender = sender;
        this.lane = lane;
    }

    /** The kind of this frame type and number, or null when the protocol has none. */
    static @Nullable Kind of(int type, int number) {
        for (Kind kind : VALUES) {
            if (kind.number == number && kind.type == type) {
                return kind;
            }
        }
        return null;
    }

    public int number() {
        return number;
    }

    public int type() {
        return type;
    }

    boolean mayBeSentBy(Role role) {
        return sender == null || sender == role;
    }

    boolean mayTravelOn(Lane candidate) {
        return lane == null || lane == candidate;
    }
}
