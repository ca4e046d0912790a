/**
 * Runs a scenario: streams the lines of an input through the groups of workers and writes the lines of an output, in input
 * order and in bounded memory. One thread owns all state ({@link dev.sallyport.supervisor.scenario.ScenarioRunner}); it
 * knows workers only as {@link dev.sallyport.supervisor.WorkerGroup}, so every mode runs the same code.
 */
@NullMarked
package dev.sallyport.supervisor.scenario;

import org.jspecify.annotations.NullMarked;
