package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;

/** An open socket, and where P1 sees it. */
record Seen(ProbeSocket socket, TransportAddress at) {}
