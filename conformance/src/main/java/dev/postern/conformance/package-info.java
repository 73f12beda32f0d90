/**
 * The kit that scores any STUN or TURN server by RFC section: numbered {@link dev.postern.conformance.Case}s, each written once over a
 * client port ({@link dev.postern.conformance.Bench}, {@link dev.postern.conformance.Client}, {@link
 * dev.postern.conformance.Peer}) and run over sockets against any server, and in virtual time against our own engines.
 *
 * <h2>How to write a case</h2>
 *
 * <p>Cases stand in {@code cases}, one class per part of an RFC, each with a list {@code ALL} that {@code Cases} collects:
 *
 * <pre>{@code
 * private static final Case TWO_FAMILIES = Case.rfc8656(54, "7.2 (6)")
 *         .must("refuses REQUESTED- together with ADDITIONAL-ADDRESS-FAMILY with 400")
 *         .quote("If the request contains both, then the server MUST reject the request with a 400 (Bad Request) error.")
 *         .needs(Need.CREDENTIALS)
 *         .run(bench -> {
 *             Client client = bench.client();
 *             Reply reply = client.allocate(encoder -> encoder
 *                     .u32(AttributeType.REQUESTED_ADDRESS_FAMILY, IpFamily.IPV4.attribute())
 *                     .u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IpFamily.IPV6.attribute()));
 *             reply.error(400, "An Allocate with both families is refused with 400");
 *         });
 * }</pre>
 *
 * <ul>
 *   <li>The number is the one of the list of cases; where one number needs several bodies, give each a {@code part('b')}.
 *   <li>The title ends the sentence "The server ...". The quotation is the RFC's own text; the RFC wins over the list, and {@code note}
 *       says where they differ or where a SHOULD or a MAY is all there is. A case that a conforming server can fail is wrong.
 *   <li>{@code must} or {@code should} is the RFC's word, not ours.
 *   <li>A case runs over every transport that the run has, unless {@code over} names some. It makes its own clients and peers, assumes no
 *       other allocation of its own user beyond its own, and need not clean up. Where it begins with one client, one peer and an
 *       allocation, {@code cases.Opening} makes them.
 *   <li>{@code needs} names what the run must have, {@code on} a setup other than "everything on" (in virtual time only), {@code slow}
 *       that it waits for 30 s or longer by {@code bench.pass}.
 *   <li>Bodies fail by {@code reply.success(..)}, {@code reply.error(..)}, {@code bench.expect(..)}, {@code client.silence(..)}, {@code
 *       peer.receives(..)}: each takes the sentence that should hold. A server that says in the RFC's way that it has no such feature
 *       (442, 440, 420 and so on) ends the case by {@code reply.orNotOffered(442, "...")} or {@code throw bench.notOffered("...")}.
 *   <li>Silence costs real time over sockets: look once, at the end.
 * </ul>
 *
 * <p>The test {@code ConformanceTest} runs every case against our engines in virtual time, as a test with the case's number and title; a
 * case there must pass, being skipped or not offered is a failure. One that needs {@link dev.postern.conformance.Need#SOCKETS} or TLS is
 * run by {@code ConformanceIT}. {@code CaseNumbersTest} compares the numbers with the list and with {@code exceptions.txt}.
 */
@NullMarked
package dev.postern.conformance;

import org.jspecify.annotations.NullMarked;
