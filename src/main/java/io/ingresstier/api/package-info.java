/**
 * The custom resource {@code IngressTier}: spec, status and enums. The custom resource definition is generated from
 * these classes.
 */
@NullMarked
package io.ingresstier.api;

import org.jspecify.annotations.NullMarked;
