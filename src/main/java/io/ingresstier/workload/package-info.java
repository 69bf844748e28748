/** The tier's DaemonSet as a pure function of the pod template inherited from the incumbent and of the tier. */
@NullMarked
package io.ingresstier.workload;

import org.jspecify.annotations.NullMarked;
