package dev.sallyport.transport.inline;

import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportContract;

class InlineTransportTest extends TransportContract {

    @Override
    protected Transport create(TransportConfig config) {
        return InlineTransport.create(config);
    }
}
