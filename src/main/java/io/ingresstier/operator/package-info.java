/** The process: configuration, leader election, probes, and the wiring of the Java Operator SDK. */
@NullMarked
package io.ingresstier.operator;

import org.jspecify.annotations.NullMarked;
