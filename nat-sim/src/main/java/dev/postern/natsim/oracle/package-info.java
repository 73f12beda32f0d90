/** What two NATs will make of a pair of ICE agents, predicted without running them. */
@NullMarked
package dev.postern.natsim.oracle;

import org.jspecify.annotations.NullMarked;
