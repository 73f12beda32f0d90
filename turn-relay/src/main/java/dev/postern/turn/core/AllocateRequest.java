package dev.postern.turn.core;

import dev.postern.turn.core.PortClaim.Wish;

/**
 * An Allocate that has passed its checks (RFC 8656 section 7.2).
 *
 * @param replyTo whom to answer once the relay is open
 * @param wish which port
 * @param token RESERVATION-TOKEN, where the wish is for a reserved port
 * @param lifetimeSeconds what is granted
 * @param alsoIpv6 whether ADDITIONAL-ADDRESS-FAMILY asked for a second address, which is answered with an error code
 */
record AllocateRequest(ReplyTo replyTo, Wish wish, long token, long lifetimeSeconds, boolean alsoIpv6) {}
