/** Results as a text for a terminal, as JUnit XML and as one HTML file. */
@NullMarked
package dev.postern.conformance.report;

import org.jspecify.annotations.NullMarked;
