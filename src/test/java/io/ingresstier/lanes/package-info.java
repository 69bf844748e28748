/**
 * How a check divides its integration tests: a lane is a suite of classes that one JVM runs one after the other against
 * one lab, and all lanes run side by side.
 */
package io.ingresstier.lanes;
