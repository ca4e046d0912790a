package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.session.Role;
import io.netty.util.collection.LongObjectHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls that this side made and that have not ended, by id. Confined to the event loop. */
final class PendingCalls {

    private final LongObjectHashMap<OutboundCall<?, ?>> byId = new LongObjectHashMap<>();
    private long nextId;

    PendingCalls(Role role) {
        this.nextId = role == Role.SUPERVISOR ? 1 : 2;
    }

    /** Gives the call its id, never used before in this session. */
    long add(OutboundCall<?, ?> call) {
        long id = nextId;
        nextId += 2;
        byId.put(id, call);
        return id;
    }

    @Nullable
    OutboundCall<?, ?> remove(long id) {
        return byId.remove(id);
    }

    List<OutboundCall<?, ?>> removeAll() {
        List<OutboundCall<?, ?>> all = List.copyOf(byId.values());
        byId.clear();
        return all;
    }
}
