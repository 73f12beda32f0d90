package dev.postern.conformance.cases;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Login;
import dev.postern.conformance.Need;
import dev.postern.conformance.Reply;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.NonceCookie;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.auth.SecurityFeature;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The long-term credential mechanism: challenge, order of checks, nonces (RFC 8489 section 9.2). */
final class AuthenticationCases {

    private static final String ALGORITHMS_QUOTE =
            "Otherwise, unless (1) PASSWORD-ALGORITHM and PASSWORD-ALGORITHMS are both present, (2) PASSWORD-ALGORITHMS matches the"
                    + " value sent in the response that sent this NONCE, and (3) PASSWORD-ALGORITHM matches one of the entries in"
                    + " PASSWORD-ALGORITHMS, the server MUST generate an error response with an error code of 400 (Bad Request).";

    private static final Case CHALLENGE = Case.rfc8489(26, "9.2.4")
            .must("answers a request without a digest with 401, REALM and NONCE")
            .quote(
                    "If the message does not contain a MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 attribute, the server MUST generate an"
                            + " error response with an error code of 401 (Unauthenticated). This response MUST include a REALM value.")
            .needs(Need.CREDENTIALS)
            .run(bench -> isChallenge(bench.client().challenge(), 401));

    private static final Case ANONYMOUS_CHALLENGE = Case.rfc8489(27, "9.2.4")
            .should("sends no USERNAME, USERHASH or digest with a challenge")
            .quote(
                    "The response SHOULD NOT contain a USERNAME, USERHASH, MESSAGE-INTEGRITY, or MESSAGE-INTEGRITY-SHA256 attribute.")
            .needs(Need.CREDENTIALS)
            .run(bench -> bench.client()
                    .challenge()
                    .hasNot(AttributeType.USERNAME)
                    .hasNot(AttributeType.USERHASH)
                    .hasNot(AttributeType.MESSAGE_INTEGRITY)
                    .hasNot(AttributeType.MESSAGE_INTEGRITY_SHA256));

    private static final Case INCOMPLETE = Case.rfc8489(28, "9.2.4")
            .must("refuses a request with a digest but without user, realm or nonce with 400")
            .quote(
                    "If the message contains a MESSAGE-INTEGRITY or a MESSAGE-INTEGRITY-SHA256 attribute, but is missing either the USERNAME"
                            + " or USERHASH, REALM, or NONCE attribute, the server MUST generate an error response with an error code of"
                            + " 400 (Bad Request).")
            .needs(Need.CREDENTIALS)
            .run(AuthenticationCases::incomplete);

    private static void incomplete(Bench bench) {
        Client client = bench.client();
        Login login = client.challenged().legacy();
        List<Integer> all = List.of(AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE);
        for (int missing : all) {
            Reply reply = client.plain(Method.ALLOCATE, encoder -> {
                encoder.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP);
                if (missing != AttributeType.USERNAME) {
                    encoder.text(AttributeType.USERNAME, login.credentials().user());
                }
                if (missing != AttributeType.REALM) {
                    encoder.text(AttributeType.REALM, login.realm());
                }
                if (missing != AttributeType.NONCE) {
                    encoder.bytes(AttributeType.NONCE, login.nonce());
                }
                new Integrity().sign(encoder, IntegrityAlgorithm.SHA1, login.key());
            });
            reply.error(400, "A signed request without " + AttributeType.nameOf(missing) + " is refused with 400");
        }
    }

    private static final Case COOKIE = Case.rfc8489(29, "9.2.4")
            .must("sets the password algorithms bit of its nonce cookie exactly when it sends PASSWORD-ALGORITHMS")
            .quote(
                    "If the server adds a PASSWORD-ALGORITHMS attribute, it MUST set the STUN Security Feature \"Password algorithms\" bit to 1.")
            .note("A server that offers no algorithms and no anonymity needs no cookie.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                Reply challenge = client.challenge();
                client.login().learn(challenge);
                bench.expectEqual(
                        challenge.has(AttributeType.PASSWORD_ALGORITHMS),
                        client.login().offersAlgorithms(),
                        "The bit says whether PASSWORD-ALGORITHMS is there");
                if (client.login().securityFeatures() == 0) {
                    throw bench.notOffered("The nonce has no cookie: no security feature is offered.");
                }
            });

    private static final Case LEGACY = Case.rfc8489(30, "9.2.4")
            .must("takes a request that names no password algorithm as one with MD5")
            .quote(
                    "If the request contains neither the PASSWORD-ALGORITHMS nor the PASSWORD-ALGORITHM algorithm, then the request is"
                            + " processed as though PASSWORD-ALGORITHM were MD5.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.challenged().legacy();
                client.allocate(e -> {}).success("An Allocate with an MD5 key and without algorithms is granted");
            });

    private static final Case ONE_OF_TWO = Case.rfc8489(31, "9.2.4")
            .must("refuses a request with one of PASSWORD-ALGORITHM and PASSWORD-ALGORITHMS with 400")
            .quote(ALGORITHMS_QUOTE)
            .note(
                    "Section 9.2.3.2 has a subsequent request carry PASSWORD-ALGORITHM and does not name PASSWORD-ALGORITHMS; 9.2.4 is what a"
                            + " server does with it.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = offered(bench);
                byte[] list = listOf(client);
                isRefused(client, null, PasswordAlgorithm.SHA_256.code(), "PASSWORD-ALGORITHM alone");
                isRefused(client, list, -1, "PASSWORD-ALGORITHMS alone");
            });

    private static final Case BID_DOWN = Case.rfc8489(32, "9.2.4")
            .must("refuses a request whose PASSWORD-ALGORITHMS is not what it sent with 400")
            .quote(ALGORITHMS_QUOTE)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = offered(bench);
                byte[] list = listOf(client);
                int first = list[0] << 8 | list[1];
                isRefused(client, Arrays.copyOf(list, list.length + 4), first, "an algorithm more");
                if (list.length >= 8) {
                    byte[] turned = Arrays.copyOf(list, list.length);
                    System.arraycopy(list, 0, turned, 4, 4);
                    System.arraycopy(list, 4, turned, 0, 4);
                    isRefused(client, turned, first, "the algorithms in another order");
                    isRefused(client, Arrays.copyOfRange(list, 4, 8), list[4] << 8 | list[5], "an algorithm less");
                }
            });

    private static final Case UNLISTED = Case.rfc8489(33, "9.2.4")
            .must("refuses a request whose PASSWORD-ALGORITHM it did not offer with 400")
            .quote(ALGORITHMS_QUOTE)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = offered(bench);
                isRefused(client, listOf(client), 0x7F01, "an algorithm that is not in the list");
            });

    private static final Case UNKNOWN_USER = Case.rfc8489(34, "9.2.4")
            .must("answers an unknown user with 401, REALM and NONCE")
            .quote(
                    "If the value of the USERNAME or USERHASH attribute is not valid, the server MUST generate an error response with an"
                            + " error code of 401 (Unauthenticated).")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.challenged().user("nobody");
                isChallenge(client.allocate(e -> {}), 401);
            });

    private static final Case WRONG_KEY = Case.rfc8489(34, "9.2.4")
            .part('b')
            .must("answers a wrong password with 401, REALM and NONCE")
            .quote(
                    "If the resulting value does not match the contents of the MESSAGE-INTEGRITY attribute or the MESSAGE-INTEGRITY-SHA256"
                            + " attribute, the server MUST reject the request with an error response. This response MUST use an error code"
                            + " of 401 (Unauthenticated). It MUST include the REALM and NONCE attributes ...")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.challenged().password("not the user's password");
                isChallenge(client.allocate(e -> {}), 401);
            });

    private static final Case STALE_NONCE = Case.rfc8489(35, "9.2.4")
            .must("refuses a nonce that is not valid with 438 and a fresh one, and does nothing")
            .quote(
                    "If the NONCE is no longer valid, the server MUST generate an error response with an error code of 438 (Stale Nonce)."
                            + " This response MUST include NONCE, REALM, and PASSWORD-ALGORITHMS attributes")
            .note("PASSWORD-ALGORITHMS only from a server that offers algorithms at all.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.challenged().nonce(altered(client.login().nonce()));
                Reply stale = client.ask(signedAllocate(client));
                isChallenge(stale, 438);
                client.login().learn(stale);
                client.refresh(600).error(437, "The refused Allocate made no allocation, and the fresh nonce is valid");
            });

    private static final Case WRONG_AND_STALE = Case.rfc8489(35, "9.2.4")
            .part('b')
            .must("looks at the key before the nonce")
            .quote(
                    "After the server has done the basic processing of a request, it performs the checks listed below in the order specified.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.challenged().nonce(altered(client.login().nonce())).password("not the user's password");
                client.ask(signedAllocate(client))
                        .error(401, "A wrong key and a stale nonce together are refused with 401");
            });

    private static final String OWN_NONCE =
            "The server MUST NOT choose the same NONCE for two requests unless they have the same source IP address and port.";

    private static final Case OWN_NONCES = Case.rfc8489(43, "9.2.4")
            .must("gives clients at two transport addresses two nonces")
            .quote(OWN_NONCE)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] given = bench.client().challenged().nonce();
                byte[] other = bench.client().challenged().nonce();
                bench.expect(!Arrays.equals(given, other), "Two clients get two nonces");
            });

    private static final Case OTHER_CLIENTS_NONCE = Case.rfc8489(43, "9.2.4")
            .part('b')
            .should("refuses a nonce that it gave to another transport address with 438")
            .quote(OWN_NONCE)
            .note(
                    "The RFC does not say in so many words that the nonce of another address is not valid, but it is of no use else.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                byte[] given = bench.client().challenged().nonce();
                Client second = bench.client();
                second.challenged();
                second.login().nonce(given);
                isChallenge(second.ask(signedAllocate(second)), 438);
            });

    private static void isChallenge(Reply reply, int code) {
        reply.error(code, "The request is refused with " + code);
        reply.value(AttributeType.REALM);
        int nonce = reply.message().indexOf(AttributeType.NONCE);
        reply.value(AttributeType.NONCE);
        if (NonceCookie.read(reply.message(), nonce).contains(SecurityFeature.PASSWORD_ALGORITHMS)) {
            reply.value(AttributeType.PASSWORD_ALGORITHMS);
        }
    }

    /** A client that was challenged by a server with PASSWORD-ALGORITHMS. */
    private static Client offered(Bench bench) {
        Client client = bench.client();
        if (client.challenged().algorithms() == null) {
            throw bench.notOffered("The server sends no PASSWORD-ALGORITHMS.");
        }
        return client;
    }

    private static byte[] listOf(Client client) {
        byte[] list = client.login().algorithms();
        return list == null ? new byte[0] : list;
    }

    private static void isRefused(Client client, byte @Nullable [] list, int choice, String what) {
        Login login = client.login();
        Consumer<StunEncoder> attributes = encoder -> {
            encoder.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP);
            login.identify(encoder);
            if (list != null) {
                encoder.bytes(AttributeType.PASSWORD_ALGORITHMS, list);
            }
            if (choice >= 0) {
                encoder.u32(AttributeType.PASSWORD_ALGORITHM, (long) choice << 16);
            }
            new Integrity().sign(encoder, IntegrityAlgorithm.SHA256, login.key());
        };
        client.plain(Method.ALLOCATE, attributes).error(400, "A request with " + what + " is refused with 400");
    }

    private static ByteBuffer signedAllocate(Client client) {
        return client.signed(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, Client.UDP));
    }

    /** The nonce with another character in its middle, behind a cookie. */
    private static byte[] altered(byte[] nonce) {
        byte[] other = nonce.clone();
        int at = Math.min(other.length - 1, 13 + (other.length - 13) / 2);
        other[at] = (byte) (other[at] == 'b' ? 'c' : 'b');
        return other;
    }

    static final List<Case> ALL = List.of(
            CHALLENGE,
            ANONYMOUS_CHALLENGE,
            INCOMPLETE,
            COOKIE,
            LEGACY,
            ONE_OF_TWO,
            BID_DOWN,
            UNLISTED,
            UNKNOWN_USER,
            WRONG_KEY,
            STALE_NONCE,
            WRONG_AND_STALE,
            OWN_NONCES,
            OTHER_CLIENTS_NONCE);

    private AuthenticationCases() {}
}
