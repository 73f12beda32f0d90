/** The world over sockets: any server, real time. Blocking, on the thread of the case. */
@NullMarked
package dev.postern.conformance.net;

import org.jspecify.annotations.NullMarked;
