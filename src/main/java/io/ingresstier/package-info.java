/** The IngressTier operator: observe, plan, guard, apply, report. */
@NullMarked
package io.ingresstier;

import org.jspecify.annotations.NullMarked;
