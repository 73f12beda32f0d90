/** The model of the resume: real engines and the real hub in virtual time, against an oracle. */
@NullMarked
package dev.postern.peer.model;

import org.jspecify.annotations.NullMarked;
