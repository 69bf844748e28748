/**
 * The history of a cluster, revision by revision, and the invariants of the design judged on each of them, by rules of
 * their own and not by the guards'.
 *
 * <p>Every test of the API level and of the lab level is recorded and judged by itself: nothing is to be done. A test
 * that breaks an invariant on purpose asks for its {@link io.ingresstier.history.History} as a parameter and calls
 * {@code history.expectBreaches()}.
 */
@NullMarked
package io.ingresstier.history;

import org.jspecify.annotations.NullMarked;
