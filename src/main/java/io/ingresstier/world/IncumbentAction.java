package io.ingresstier.world;

/** A write to the incumbent Deployment: its number of replicas and nothing else. */
public sealed interface IncumbentAction extends Action {

    /** The incumbent as it was when this was decided. */
    IncumbentView incumbent();

    /** The replicas asked for. */
    int replicas();

    @Override
    default String kind() {
        return "Deployment";
    }

    @Override
    default String object() {
        return incumbent().key().toString();
    }

    @Override
    default String resourceVersion() {
        return incumbent().resourceVersion();
    }

    /** Retires the incumbent: one write to zero, so that no autoscaler sees a step between. */
    record ScaleIncumbent(IncumbentView incumbent) implements IncumbentAction {
        @Override
        public int replicas() {
            return 0;
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }

    /** Brings the incumbent back, never to fewer replicas than it has. */
    record RestoreIncumbent(IncumbentView incumbent, int replicas) implements IncumbentAction {
        @Override
        public boolean takesAway() {
            return false;
        }
    }
}
