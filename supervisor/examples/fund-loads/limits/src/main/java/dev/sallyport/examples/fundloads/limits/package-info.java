/** The stateful group: who may load how much, from the loads that each customer made before. */
@NullMarked
@InjectModule(name = "fund-loads-limits", requires = WorkerContext.class)
package dev.sallyport.examples.fundloads.limits;

import dev.sallyport.supervisor.WorkerContext;
import io.avaje.inject.InjectModule;
import org.jspecify.annotations.NullMarked;
