package dev.postern.stun;

/**
 * The types of STUN attributes, by their names in the IANA registry "STUN Attributes": RFC 8489 (STUN), RFC 8656
 * (TURN), RFC 6062 (TURN for TCP), RFC 8016 (mobility), RFC 5780 (NAT behaviour discovery), RFC 8445 (ICE), RFC 7635
 * (OAuth).
 *
 * <p>Constants and not an enum: an attribute that we do not know is as good a value as one that we do.
 */
public final class AttributeType {
    // Comprehension-required (RFC 8489 section 14)
    /** MAPPED-ADDRESS, RFC 8489. */
    public static final int MAPPED_ADDRESS = 0x0001;
    /** CHANGE-REQUEST, RFC 5780. */
    public static final int CHANGE_REQUEST = 0x0003;
    /** USERNAME, RFC 8489. */
    public static final int USERNAME = 0x0006;
    /** MESSAGE-INTEGRITY, RFC 8489. */
    public static final int MESSAGE_INTEGRITY = 0x0008;
    /** ERROR-CODE, RFC 8489. */
    public static final int ERROR_CODE = 0x0009;
    /** UNKNOWN-ATTRIBUTES, RFC 8489. */
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    /** CHANNEL-NUMBER, RFC 8656. */
    public static final int CHANNEL_NUMBER = 0x000C;
    /** LIFETIME, RFC 8656. */
    public static final int LIFETIME = 0x000D;
    /** XOR-PEER-ADDRESS, RFC 8656. */
    public static final int XOR_PEER_ADDRESS = 0x0012;
    /** DATA, RFC 8656. */
    public static final int DATA = 0x0013;
    /** REALM, RFC 8489. */
    public static final int REALM = 0x0014;
    /** NONCE, RFC 8489. */
    public static final int NONCE = 0x0015;
    /** XOR-RELAYED-ADDRESS, RFC 8656. */
    public static final int XOR_RELAYED_ADDRESS = 0x0016;
    /** REQUESTED-ADDRESS-FAMILY, RFC 8656. */
    public static final int REQUESTED_ADDRESS_FAMILY = 0x0017;
    /** EVEN-PORT, RFC 8656. */
    public static final int EVEN_PORT = 0x0018;
    /** REQUESTED-TRANSPORT, RFC 8656. */
    public static final int REQUESTED_TRANSPORT = 0x0019;
    /** DONT-FRAGMENT, RFC 8656. */
    public static final int DONT_FRAGMENT = 0x001A;
    /** ACCESS-TOKEN, RFC 7635. */
    public static final int ACCESS_TOKEN = 0x001B;
    /** MESSAGE-INTEGRITY-SHA256, RFC 8489. */
    public static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    /** PASSWORD-ALGORITHM, RFC 8489. */
    public static final int PASSWORD_ALGORITHM = 0x001D;
    /** USERHASH, RFC 8489. */
    public static final int USERHASH = 0x001E;
    /** XOR-MAPPED-ADDRESS, RFC 8489. */
    public static final int XOR_MAPPED_ADDRESS = 0x0020;
    /** RESERVATION-TOKEN, RFC 8656. */
    public static final int RESERVATION_TOKEN = 0x0022;
    /** PRIORITY, RFC 8445. */
    public static final int PRIORITY = 0x0024;
    /** USE-CANDIDATE, RFC 8445. */
    public static final int USE_CANDIDATE = 0x0025;
    /** PADDING, RFC 5780. */
    public static final int PADDING = 0x0026;
    /** RESPONSE-PORT, RFC 5780. */
    public static final int RESPONSE_PORT = 0x0027;
    /** CONNECTION-ID, RFC 6062. */
    public static final int CONNECTION_ID = 0x002A;
    // Comprehension-optional (RFC 8489 section 14)
    /** ADDITIONAL-ADDRESS-FAMILY, RFC 8656. */
    public static final int ADDITIONAL_ADDRESS_FAMILY = 0x8000;
    /** ADDRESS-ERROR-CODE, RFC 8656. */
    public static final int ADDRESS_ERROR_CODE = 0x8001;
    /** PASSWORD-ALGORITHMS, RFC 8489. */
    public static final int PASSWORD_ALGORITHMS = 0x8002;
    /** ALTERNATE-DOMAIN, RFC 8489. */
    public static final int ALTERNATE_DOMAIN = 0x8003;
    /** ICMP, RFC 8656. */
    public static final int ICMP = 0x8004;
    /** SOFTWARE, RFC 8489. */
    public static final int SOFTWARE = 0x8022;
    /** ALTERNATE-SERVER, RFC 8489. */
    public static final int ALTERNATE_SERVER = 0x8023;
    /** TRANSACTION_TRANSMIT_COUNTER, RFC 7982. */
    public static final int TRANSACTION_TRANSMIT_COUNTER = 0x8025;
    /** CACHE-TIMEOUT, RFC 5780. */
    public static final int CACHE_TIMEOUT = 0x8027;
    /** FINGERPRINT, RFC 8489. */
    public static final int FINGERPRINT = 0x8028;
    /** ICE-CONTROLLED, RFC 8445. */
    public static final int ICE_CONTROLLED = 0x8029;
    /** ICE-CONTROLLING, RFC 8445. */
    public static final int ICE_CONTROLLING = 0x802A;
    /** RESPONSE-ORIGIN, RFC 5780. */
    public static final int RESPONSE_ORIGIN = 0x802B;
    /** OTHER-ADDRESS, RFC 5780. */
    public static final int OTHER_ADDRESS = 0x802C;
    /** ECN-CHECK, RFC 6679. */
    public static final int ECN_CHECK = 0x802D;
    /** THIRD-PARTY-AUTHORIZATION, RFC 7635. */
    public static final int THIRD_PARTY_AUTHORIZATION = 0x802E;
    /** MOBILITY-TICKET, RFC 8016. */
    public static final int MOBILITY_TICKET = 0x8030;

    /** The first type that a receiver may ignore when it does not know it. */
    private static final int FIRST_OPTIONAL = 0x8000;

    private AttributeType() {}

    /**
     * Whether a receiver that does not know the type must refuse a message that carries it (RFC 8489 section 14): types
     * 0x0000 to 0x7FFF.
     */
    public static boolean isComprehensionRequired(int type) {
        return type < FIRST_OPTIONAL;
    }

    /** The type's name in the registry, or its number as {@code 0x7f01} if it has none here. */
    public static String nameOf(int type) {
        return switch (type) {
            case MAPPED_ADDRESS -> "MAPPED-ADDRESS";
            case CHANGE_REQUEST -> "CHANGE-REQUEST";
            case USERNAME -> "USERNAME";
            case MESSAGE_INTEGRITY -> "MESSAGE-INTEGRITY";
            case ERROR_CODE -> "ERROR-CODE";
            case UNKNOWN_ATTRIBUTES -> "UNKNOWN-ATTRIBUTES";
            case CHANNEL_NUMBER -> "CHANNEL-NUMBER";
            case LIFETIME -> "LIFETIME";
            case XOR_PEER_ADDRESS -> "XOR-PEER-ADDRESS";
            case DATA -> "DATA";
            case REALM -> "REALM";
            case NONCE -> "NONCE";
            case XOR_RELAYED_ADDRESS -> "XOR-RELAYED-ADDRESS";
            case REQUESTED_ADDRESS_FAMILY -> "REQUESTED-ADDRESS-FAMILY";
            case EVEN_PORT -> "EVEN-PORT";
            case REQUESTED_TRANSPORT -> "REQUESTED-TRANSPORT";
            case DONT_FRAGMENT -> "DONT-FRAGMENT";
            case ACCESS_TOKEN -> "ACCESS-TOKEN";
            case MESSAGE_INTEGRITY_SHA256 -> "MESSAGE-INTEGRITY-SHA256";
            case PASSWORD_ALGORITHM -> "PASSWORD-ALGORITHM";
            case USERHASH -> "USERHASH";
            case XOR_MAPPED_ADDRESS -> "XOR-MAPPED-ADDRESS";
            case RESERVATION_TOKEN -> "RESERVATION-TOKEN";
            case PRIORITY -> "PRIORITY";
            case USE_CANDIDATE -> "USE-CANDIDATE";
            case PADDING -> "PADDING";
            case RESPONSE_PORT -> "RESPONSE-PORT";
            case CONNECTION_ID -> "CONNECTION-ID";
            case ADDITIONAL_ADDRESS_FAMILY -> "ADDITIONAL-ADDRESS-FAMILY";
            case ADDRESS_ERROR_CODE -> "ADDRESS-ERROR-CODE";
            case PASSWORD_ALGORITHMS -> "PASSWORD-ALGORITHMS";
            case ALTERNATE_DOMAIN -> "ALTERNATE-DOMAIN";
            case ICMP -> "ICMP";
            case SOFTWARE -> "SOFTWARE";
            case ALTERNATE_SERVER -> "ALTERNATE-SERVER";
            case TRANSACTION_TRANSMIT_COUNTER -> "TRANSACTION_TRANSMIT_COUNTER";
            case CACHE_TIMEOUT -> "CACHE-TIMEOUT";
            case FINGERPRINT -> "FINGERPRINT";
            case ICE_CONTROLLED -> "ICE-CONTROLLED";
            case ICE_CONTROLLING -> "ICE-CONTROLLING";
            case RESPONSE_ORIGIN -> "RESPONSE-ORIGIN";
            case OTHER_ADDRESS -> "OTHER-ADDRESS";
            case ECN_CHECK -> "ECN-CHECK STUN";
            case THIRD_PARTY_AUTHORIZATION -> "THIRD-PARTY-AUTHORIZATION";
            case MOBILITY_TICKET -> "MOBILITY-TICKET";
            default -> String.format("0x%04x", type);
        };
    }
}
