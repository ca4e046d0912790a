package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerId;
import java.net.InetSocketAddress;

/**
 * The public part of an issue: who it is for, where the server listens, and under which limits. Its arrays are never
 * handed out.
 *
 * @param keyId 16 bytes
 * @param bootId 16 bytes
 * @param spawnNonce 16 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // package-private carrier, never compared
record Terms(
        PeerId peer,
        byte[] keyId,
        byte[] bootId,
        byte[] spawnNonce,
        InetSocketAddress address,
        int schemaMin,
        int schemaMax,
        int maxPayloadBytes,
        int ttlMillis,
        int connectDeadlineMillis) {}
