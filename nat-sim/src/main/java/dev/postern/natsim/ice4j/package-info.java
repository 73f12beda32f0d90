/**
 * ice4j agents on the virtual internet: sockets that open no file descriptor of their own, a harvester for them, agents, and
 * the matrix of NATs against NATs. Needs ice4j, which is optional to users of the module.
 *
 * <p>The doors are {@link dev.postern.natsim.ice4j.IceMatrix} for the matrix, and {@link
 * dev.postern.natsim.ice4j.LiveNet} with {@link dev.postern.natsim.ice4j.VirtualHostHarvester} for own ice4j code, by the wall
 * clock ({@link dev.postern.natsim.ice4j.WallPace}) or in virtual time ({@link dev.postern.natsim.ice4j.VirtualPace}).
 */
@NullMarked
package dev.postern.natsim.ice4j;

import org.jspecify.annotations.NullMarked;
