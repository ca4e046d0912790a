package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportContract;

class LoopbackTransportTest extends TransportContract {

    @Override
    protected Transport create(TransportConfig config) {
        return LoopbackTransport.create(config);
    }
}
