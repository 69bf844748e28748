package io.ingresstier.world;

/** A write to the tier's own metadata. */
public sealed interface TierAction extends Action {

    /** Name of the tier. */
    String tier();

    @Override
    default String kind() {
        return "IngressTier";
    }

    @Override
    default String object() {
        return tier();
    }

    @Override
    default boolean takesAway() {
        return false;
    }

    /** Makes deletion wait for the restore. */
    record AddFinalizer(String tier, String resourceVersion) implements TierAction {}

    /** Lets a deletion finish; always the last action. */
    record RemoveFinalizer(String tier, String resourceVersion) implements TierAction {}
}
