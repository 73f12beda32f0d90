/** What several nodes that serve the same rooms say to each other, and how it arrives: values and pure protocol, no socket, thread or clock. */
@NullMarked
package dev.postern.signaling.cluster;

import org.jspecify.annotations.NullMarked;
