/**
 * Known equipment and known faults as data: each profile is a file that says where its behaviour is documented, what it is,
 * what a behaviour tester reports of it and how pairs of ICE agents end behind it.
 *
 * <p>The door is {@link dev.postern.natsim.profile.Profiles}.
 */
@NullMarked
package dev.postern.natsim.profile;

import org.jspecify.annotations.NullMarked;
