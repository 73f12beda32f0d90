package dev.postern.turn.core;

import dev.postern.turn.core.PortClaim.Wish;

/**
 * An Allocate that has passed its checks (RFC 8656 section 7.2).
 *
 * @param replyTo whom to answer once the relay is open
 * @param tcp whether TCP is relayed (RFC 6062), not UDP
 * @param wish which port
 * @param token RESERVATION-TOKEN, where the wish is for a reserved port
 * @param family whose address is asked for; of no meaning for a reserved port, whose family the token says
 * @param dual whether ADDITIONAL-ADDRESS-FAMILY asked for an address of each family
 * @param lifetimeSeconds what is granted
 * @param mobile whether the client may move (RFC 8016); never where TCP is relayed
 */
record AllocateRequest(
        ReplyTo replyTo,
        boolean tcp,
        Wish wish,
        long token,
        AddressFamily family,
        boolean dual,
        long lifetimeSeconds,
        boolean mobile) {}
