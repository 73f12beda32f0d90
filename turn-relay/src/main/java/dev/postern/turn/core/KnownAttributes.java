package dev.postern.turn.core;

import dev.postern.stun.AttributeType;

/**
 * The attributes that must be understood and that this server understands; another one in a request is answered 420 (RFC 8489
 * section 6.3.1) and in an indication drops it (section 6.3.2). What RFC 5780 adds is not among them. Immutable.
 *
 * @param tcpRelaying whether CONNECTION-ID is (RFC 6062)
 * @param dontFragment whether DONT-FRAGMENT is, which only a server that can set DF understands (RFC 8656 section 7.2 step 4
 *     and section 11.2)
 */
record KnownAttributes(boolean tcpRelaying, boolean dontFragment) {

    boolean understands(int type) {
        return switch (type) {
            case AttributeType.MAPPED_ADDRESS,
                    AttributeType.USERNAME,
                    AttributeType.MESSAGE_INTEGRITY,
                    AttributeType.ERROR_CODE,
                    AttributeType.UNKNOWN_ATTRIBUTES,
                    AttributeType.CHANNEL_NUMBER,
                    AttributeType.LIFETIME,
                    AttributeType.XOR_PEER_ADDRESS,
                    AttributeType.DATA,
                    AttributeType.REALM,
                    AttributeType.NONCE,
                    AttributeType.XOR_RELAYED_ADDRESS,
                    AttributeType.REQUESTED_ADDRESS_FAMILY,
                    AttributeType.EVEN_PORT,
                    AttributeType.REQUESTED_TRANSPORT,
                    AttributeType.MESSAGE_INTEGRITY_SHA256,
                    AttributeType.PASSWORD_ALGORITHM,
                    AttributeType.USERHASH,
                    AttributeType.XOR_MAPPED_ADDRESS,
                    AttributeType.RESERVATION_TOKEN -> true;
            case AttributeType.CONNECTION_ID -> tcpRelaying;
            case AttributeType.DONT_FRAGMENT -> dontFragment;
            default -> false;
        };
    }
}
