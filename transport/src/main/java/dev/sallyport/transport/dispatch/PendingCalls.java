package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.session.Role;
import io.netty.util.collection.LongObjectHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls that this side made and that have not ended, by id. Confined to the event loop. */
final class PendingCalls {

    private final LongObjectHashMap<PendingCall> byId = new LongObjectHashMap<>();
    private long nextId;

    PendingCalls(Role role) {
        this.nextId = role == Role.SUPERVISOR ? 1 : 2;
    }

    /** An id never used before in this session. */
    long nextId() {
        long id = nextId;
        nextId += 2;
        return id;
    }

    /** Gives the call its id. */
    long add(PendingCall call) {
        long id = nextId();
        byId.put(id, call);
        return id;
    }

    @Nullable
    PendingCall find(long id) {
        return byId.get(id);
    }

    @Nullable
    PendingCall remove(long id) {
        return byId.remove(id);
    }

    List<PendingCall> removeAll() {
        List<PendingCall> all = List.copyOf(byId.values());
        byId.clear();
        return all;
    }
}
