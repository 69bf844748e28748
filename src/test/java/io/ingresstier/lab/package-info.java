/**
 * The proving ground: real Kubernetes on this machine, a played cloud, real traffic. Only tests and the demo use it.
 *
 * <p>{@code src/lab/lab.sh} brings the native half up and down; what it lacks is said there.
 */
@NullMarked
package io.ingresstier.lab;

import org.jspecify.annotations.NullMarked;
