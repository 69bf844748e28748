package io.ingresstier.plan;

/** A step with what it said. */
public record Looked(Step step, Outcome outcome) {}
