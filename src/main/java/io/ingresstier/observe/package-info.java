/** Reads the cluster: informers that keep only what decisions need, and one consistent picture from them. */
@NullMarked
package io.ingresstier.observe;

import org.jspecify.annotations.NullMarked;
