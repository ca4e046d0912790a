@NullMarked
package dev.sallyport.transport.loopback;

import org.jspecify.annotations.NullMarked;
