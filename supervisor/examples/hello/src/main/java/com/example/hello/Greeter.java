package com.example.hello;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.supervisor.Worker;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Routes;
import jakarta.inject.Singleton;

/** Runs in the worker: the injector finds it in the group's discovery root. */
@Singleton
final class Greeter implements Worker {

    /** The method's name and types, which both sides name. Bytes are simplest; protobuf messages are one call more. */
    static final MethodDescriptor<byte[], byte[]> GREET = MethodDescriptor.ofBytes("hello/greet");

    @Override
    public Routes routes() {
        return Routes.builder().on(GREET, (call, name) -> greet(name)).build();
    }

    private static byte[] greet(byte[] name) {
        long pid = ProcessHandle.current().pid();
        return ("Hello, " + new String(name, UTF_8) + ", from process " + pid).getBytes(UTF_8);
    }
}
