package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;

/** A call that this side made and that has not ended. Confined to the event loop. */
abstract class PendingCall extends DeadlineWheel.Entry {

    /** The id, once it entered; 0 before. */
    abstract long id();

    /** The response came: the last event of the call. */
    abstract void answered(CallMessage response, ByteBuf buffer);

    /** An item of the peer came. */
    abstract void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation;

    /** The peer takes further items. */
    abstract void credit(long items);

    /** The session ended, and the request had been written: nothing will answer. */
    abstract void lost();

    /** The caller gave up. */
    abstract void cancelled();
}
