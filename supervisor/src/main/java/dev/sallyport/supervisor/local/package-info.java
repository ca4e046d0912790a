/**
 * The supervisor over the seam to the system: one thread decides, others wait and work for it. Whether a worker is a process or runs
 * inside this one is the launcher's.
 */
@NullMarked
package dev.sallyport.supervisor.local;

import org.jspecify.annotations.NullMarked;
