/** Carries out one action at a time: reads live, judges again, sends one request with a precondition. */
@NullMarked
package io.ingresstier.apply;

import org.jspecify.annotations.NullMarked;
