package io.ingresstier.world;

/** A write to the record of what the tier found. */
public sealed interface OriginalsAction extends Action {

    /** The record. */
    Originals originals();

    @Override
    default String kind() {
        return "ConfigMap";
    }

    @Override
    default String object() {
        return originals().key().toString();
    }

    @Override
    default String resourceVersion() {
        return originals().resourceVersion();
    }

    @Override
    default boolean takesAway() {
        return false;
    }

    /** Creates the record. */
    record RecordOriginals(Originals originals, String tier) implements OriginalsAction {}

    /** Records the decision to retire the incumbent, before the act. */
    record RecordRetired(Originals originals, String how) implements OriginalsAction {}

    /** Takes that decision back: the incumbent serves again. */
    record ForgetRetired(Originals originals) implements OriginalsAction {}

    /** Records the decision to roll back, before the act. */
    record RecordRollback(Originals originals, Rollback decided) implements OriginalsAction {}

    /** Deletes the record: it is out of date and nothing was written yet, or everything is as it was. */
    record ForgetOriginals(Originals originals) implements OriginalsAction {}
}
