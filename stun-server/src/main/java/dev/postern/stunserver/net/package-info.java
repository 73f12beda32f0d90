/** The sockets and threads of the STUN server. */
@NullMarked
package dev.postern.stunserver.net;

import org.jspecify.annotations.NullMarked;
