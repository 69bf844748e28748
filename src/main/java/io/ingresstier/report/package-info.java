/** Tells people what is going on: status and conditions as pure functions of the plan, events, logs. */
@NullMarked
package io.ingresstier.report;

import org.jspecify.annotations.NullMarked;
