/** What carries datagrams and streams to an engine, and its answers back. */
@NullMarked
package dev.postern.transport;

import org.jspecify.annotations.NullMarked;
