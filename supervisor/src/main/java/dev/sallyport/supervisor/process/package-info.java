/**
 * The seam to the operating system: starting a worker's process, reading what it prints, seeing it end, and ending it together
 * with what it started.
 */
@NullMarked
package dev.sallyport.supervisor.process;

import org.jspecify.annotations.NullMarked;
