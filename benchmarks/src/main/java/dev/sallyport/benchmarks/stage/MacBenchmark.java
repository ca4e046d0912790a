package dev.sallyport.benchmarks.stage;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * HMAC-SHA-256 with one key over one frame: {@code javax.crypto.Mac} reused, against midstates, which are two digests fed
 * with the padded key once and cloned for each frame. Evidence of ADR 0050.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MacBenchmark {

    private static final int BLOCK_BYTES = 64;
    private static final int TAG_BYTES = 32;

    @Param({"100", "300", "1024", "4096", "65536"})
    int size;

    private final byte[] tag = new byte[TAG_BYTES];
    private byte[] heap;
    private ByteBuffer direct;
    private Mac mac;
    private MessageDigest inner;
    private MessageDigest outer;

    /** The array through which a direct buffer reaches the digest; its size is a parameter of that variant only. */
    @State(Scope.Thread)
    public static class Scratch {
        @Param({"4096", "8192", "16384"})
        int scratch;

        private byte[] bytes;

        @Setup
        public void allocate() {
            bytes = new byte[scratch];
        }
    }

    @Setup
    public void keys() throws GeneralSecurityException, CloneNotSupportedException {
        byte[] key = new byte[TAG_BYTES];
        new Random(1).nextBytes(key);
        heap = new byte[size];
        new Random(2).nextBytes(heap);
        direct = ByteBuffer.allocateDirect(size);
        direct.put(heap).flip();
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        inner = padded(key, 0x36);
        outer = padded(key, 0x5c);
        agree();
    }

    private static MessageDigest padded(byte[] key, int pad) throws GeneralSecurityException {
        byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            block[i] ^= (byte) pad;
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(block);
        return digest;
    }

    /** Variants that compute different tags must not be compared. */
    private void agree() throws GeneralSecurityException, CloneNotSupportedException {
        Scratch scratch = new Scratch();
        scratch.scratch = 4096;
        scratch.allocate();
        byte[] expected = macHeap().clone();
        boolean same = Arrays.equals(expected, macDirect().clone())
                && Arrays.equals(expected, midstateHeap().clone())
                && Arrays.equals(expected, midstateDirect().clone())
                && Arrays.equals(expected, midstateScratch(scratch).clone());
        if (!same) {
            throw new IllegalStateException("the variants compute different tags");
        }
    }

    @Benchmark
    public byte[] macHeap() throws ShortBufferException {
        mac.update(heap, 0, size);
        mac.doFinal(tag, 0);
        return tag;
    }

    @Benchmark
    public byte[] macDirect() throws ShortBufferException {
        mac.update(direct);
        direct.rewind();
        mac.doFinal(tag, 0);
        return tag;
    }

    @Benchmark
    public byte[] midstateHeap() throws CloneNotSupportedException, DigestException {
        MessageDigest digest = (MessageDigest) inner.clone();
        digest.update(heap, 0, size);
        return finish(digest);
    }

    @Benchmark
    public byte[] midstateDirect() throws CloneNotSupportedException, DigestException {
        MessageDigest digest = (MessageDigest) inner.clone();
        digest.update(direct);
        direct.rewind();
        return finish(digest);
    }

    @Benchmark
    public byte[] midstateScratch(Scratch scratch) throws CloneNotSupportedException, DigestException {
        MessageDigest digest = (MessageDigest) inner.clone();
        byte[] bytes = scratch.bytes;
        while (direct.hasRemaining()) {
            int n = Math.min(bytes.length, direct.remaining());
            direct.get(bytes, 0, n);
            digest.update(bytes, 0, n);
        }
        direct.rewind();
        return finish(digest);
    }

    private byte[] finish(MessageDigest digest) throws CloneNotSupportedException, DigestException {
        digest.digest(tag, 0, TAG_BYTES);
        MessageDigest last = (MessageDigest) outer.clone();
        last.update(tag, 0, TAG_BYTES);
        last.digest(tag, 0, TAG_BYTES);
        return tag;
    }
}
