/** Tests of loading and summarising a configuration. */
@NullMarked
package dev.sallyport.supervisor.config;

import org.jspecify.annotations.NullMarked;
