/** The immutable picture of a cluster that every decision is made from, and the actions that change it. */
@NullMarked
package io.ingresstier.world;

import org.jspecify.annotations.NullMarked;
