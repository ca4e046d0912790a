/**
 * The mode in which workers live in the supervisor's own process: each has its container, its threads and its transport,
 * and goes through the same bundle, sessions, phases and stop as one in a process of its own.
 */
@NullMarked
package dev.sallyport.supervisor.inline;

import org.jspecify.annotations.NullMarked;
