/** What to do next: one file a step, each reading how far things are off the picture. */
@NullMarked
package io.ingresstier.plan;

import org.jspecify.annotations.NullMarked;
