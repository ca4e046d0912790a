/** The supervisor's side of the fund-load example: the scenarios that {@code sallyport run} finds. */
@NullMarked
package dev.sallyport.examples.fundloads.client;

import org.jspecify.annotations.NullMarked;
