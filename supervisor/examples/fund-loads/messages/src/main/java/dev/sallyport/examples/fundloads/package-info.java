/** The methods of the fund-load workers. Their messages are generated from {@code fund_loads.proto}. */
@NullMarked
package dev.sallyport.examples.fundloads;

import org.jspecify.annotations.NullMarked;
