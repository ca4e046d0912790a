package dev.sallyport.transport.keys;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Gives out the scripted arrays in order, each to a request of its length. */
final class ScriptedRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient Deque<byte[]> script;

    ScriptedRandom(byte[]... script) {
        this.script = new ArrayDeque<>(List.of(script));
    }

    @Override
    public void nextBytes(byte[] bytes) {
        byte[] next = script.removeFirst();
        if (next.length != bytes.length) {
            throw new AssertionError("scripted " + next.length + " bytes, asked for " + bytes.length);
        }
        System.arraycopy(next, 0, bytes, 0, bytes.length);
    }
}
