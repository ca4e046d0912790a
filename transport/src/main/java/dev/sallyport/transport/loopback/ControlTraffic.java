package dev.sallyport.transport.loopback;

import com.google.protobuf.MessageLite;
import dev.sallyport.transport.session.ControlCodec;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.SessionChannel;
import org.jspecify.annotations.Nullable;

/** What the control lanes of both sides share. Confined to the control event loop. */
abstract class ControlTraffic implements LaneTraffic {

    private @Nullable SessionChannel channel;

    @Override
    public void opened(SessionChannel openChannel) {
        channel = openChannel;
    }

    /** Writes one message; it leaves with the next flush. */
    final void send(Kind kind, MessageLite message) {
        ControlCodec.write(message, channel().begin(message.getSerializedSize()));
        channel().end(kind);
    }

    final SessionChannel channel() {
        if (channel == null) {
            throw new IllegalStateException("the session is not open");
        }
        return channel;
    }

    @Override
    public void readComplete() {
        channel().flush();
    }

    @Override
    public void writabilityChanged() {}
}
