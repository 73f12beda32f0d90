/** The behaviour tester on real UDP sockets. */
@NullMarked
package dev.postern.natsim.tester.socket;

import org.jspecify.annotations.NullMarked;
