/**
 * What must hold at every revision of the cluster: one file a guard, each judging one write by the picture after it.
 */
@NullMarked
package io.ingresstier.guard;

import org.jspecify.annotations.NullMarked;
