/** The numbered cases, by parts of the RFCs. */
@NullMarked
package dev.postern.conformance.cases;

import org.jspecify.annotations.NullMarked;
