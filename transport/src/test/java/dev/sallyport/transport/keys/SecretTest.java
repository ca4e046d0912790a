package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SecretTest {

    private static final byte[] BYTES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    @Test
    void closingOverwritesTheBytes() {
        Secret secret = Secret.copyOf(BYTES);
        byte[] live = secret.use(bytes -> bytes);
        assertThat(live).isEqualTo(BYTES);
        secret.close();
        secret.close();
        assertThat(live).containsOnly(0);
        assertThat(secret.isClosed()).isTrue();
        assertThat(secret.length()).isEqualTo(16);
    }

    @Test
    void useAfterCloseFails() {
        Secret secret = Secret.copyOf(BYTES);
        secret.close();
        assertThatThrownBy(() -> secret.use(bytes -> bytes[0])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> secret.accept(bytes -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(secret::copy).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void copiesAreIndependent() {
        byte[] source = BYTES.clone();
        Secret first = Secret.copyOf(source);
        source[0] = 99;
        Secret second = first.copy();
        first.close();
        assertThat(second.<byte[]>use(byte[]::clone)).isEqualTo(BYTES);
    }

    @Test
    void saysNothingOfItself() {
        Secret secret = Secret.copyOf(BYTES);
        assertThat(secret).hasToString("[redacted]").isNotEqualTo(Secret.copyOf(BYTES));
        assertThat(secret).isNotInstanceOf(Serializable.class).isNotInstanceOf(Comparable.class);
        assertThat(Secret.same(secret, Secret.copyOf(BYTES))).isTrue();
        assertThat(Secret.same(secret, Secret.copyOf(new byte[16]))).isFalse();
        assertThat(Secret.same(secret, Secret.copyOf(new byte[15]))).isFalse();
    }

    @Test
    void randomSecretsAreFresh() {
        SecureRandom random = new SecureRandom();
        Secret secret = Secret.random(random, 32);
        assertThat(secret.length()).isEqualTo(32);
        assertThat(Secret.same(secret, Secret.random(random, 32))).isFalse();
    }

    @Test
    void aUseInProgressEndsBeforeTheWipe() throws Exception {
        Secret secret = Secret.copyOf(BYTES);
        CountDownLatch inUse = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        CompletableFuture<byte[]> used = CompletableFuture.supplyAsync(() -> secret.use(bytes -> {
            inUse.countDown();
            await(closing);
            return bytes.clone();
        }));
        await(inUse);
        Thread closer = new Thread(secret::close);
        closer.start();
        while (closer.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
        closing.countDown();
        assertThat(used.get(60, TimeUnit.SECONDS)).isEqualTo(BYTES);
        closer.join(60_000);
        assertThat(secret.isClosed()).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
