/** Code that the documentation shows, compiled and run. */
@NullMarked
package dev.postern.signaling.example;

import org.jspecify.annotations.NullMarked;
