/** What each cloud's load balancer does with Services, nodes and endpoints; tied by vectors to the clouds' own code. */
@NullMarked
package io.ingresstier.balancer;

import org.jspecify.annotations.NullMarked;
