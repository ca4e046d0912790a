/**
 * Reads a configuration from YAML into {@link dev.sallyport.supervisor.RuntimeConfig} and shows it as a summary. Every mistake
 * is found in one pass and told with its place; no value of the file is ever repeated in an error.
 */
@NullMarked
package dev.sallyport.supervisor.config;

import org.jspecify.annotations.NullMarked;
