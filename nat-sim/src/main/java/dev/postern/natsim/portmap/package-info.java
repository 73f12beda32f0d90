/**
 * Messages by which a host asks its gateway for a mapping: NAT-PMP (RFC 6886), PCP (RFC 6887) and UPnP IGD
 * (WANIPConnection:1 and :2, over SSDP, HTTP and SOAP). Pure codecs of bounded messages; what is
 * malformed is null, never an exception. Used by the simulated NAT, which answers, and by the behaviour tester, which asks.
 */
@NullMarked
package dev.postern.natsim.portmap;

import org.jspecify.annotations.NullMarked;
