/** Several hubs of one cluster and real clients in virtual time, under random schedules of faults. */
@NullMarked
package dev.postern.peer.model.cluster;

import org.jspecify.annotations.NullMarked;
