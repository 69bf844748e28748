/** Writes what is derived from the code: the custom resource definition and the install manifest. */
package io.ingresstier.generate;
