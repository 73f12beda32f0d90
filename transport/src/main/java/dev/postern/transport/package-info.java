/**
 * What carries datagrams and streams to an engine, and its answers back.
 *
 * <p>{@link dev.postern.transport.Shards} is the door: it starts threads, each with its own sockets and its own
 * {@link dev.postern.transport.ShardHandler}. It knows no server and no method of STUN or TURN; it knows the framing of
 * a stream, and which bytes of a stream may be dropped when a client does not read.
 */
@NullMarked
package dev.postern.transport;

import org.jspecify.annotations.NullMarked;
