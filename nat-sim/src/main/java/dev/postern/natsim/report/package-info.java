/**
 * What a run leaves for people: records of it, and the page that shows them. No network and no library: the page is one file.
 *
 * <p>The door is {@link dev.postern.natsim.report.RunRecord}.
 */
@NullMarked
package dev.postern.natsim.report;

import org.jspecify.annotations.NullMarked;
