/**
 * The administrator of a running supervisor, at both ends: what the supervisor remembers and answers, and how a command finds and
 * asks it. The way between them is the supervisor's own server and the identity {@code ~admin} (protocol.md, section 3).
 */
@NullMarked
package dev.sallyport.supervisor.admin;

import org.jspecify.annotations.NullMarked;
