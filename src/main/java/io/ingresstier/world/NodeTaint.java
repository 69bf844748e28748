package io.ingresstier.world;

/** A taint of a node; {@code value} is empty where the taint has none. */
public record NodeTaint(String key, String value, String effect) {}
