/**
 * Archives of the classes that workers load, so that they start faster: made in the background from a training run without any
 * secret, kept in a private folder, and never needed (docs/adr/0042-class-archives.md).
 */
@NullMarked
package dev.sallyport.supervisor.archive;

import org.jspecify.annotations.NullMarked;
