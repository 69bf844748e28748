package io.ingresstier.plan;

import io.ingresstier.api.ConnectionDraining;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.Originals;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.ServiceOriginal;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The finalizer is on and what was found is recorded, before anything is changed. */
public record Record() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        List<String> finalizers =
                Objects.requireNonNullElse(world.tier().getMetadata().getFinalizers(), List.of());
        if (!finalizers.contains(Marks.FINALIZER)) {
            return Outcome.act(
                    Reason.Recording,
                    "the finalizer is being added",
                    List.of(new TierAction.AddFinalizer(
                            world.name(),
                            Objects.requireNonNullElse(
                                    world.tier().getMetadata().getResourceVersion(), ""))));
        }
        boolean written = !world.written().isEmpty();
        if (world.originals().isEmpty()) {
            if (written) {
                return Outcome.refuse(new Refusal(name(), Reason.OriginalsLost, lost(world)));
            }
            return world.attachable().isEmpty()
                    ? Outcome.await(Reason.Recording, "no Service to record", Optional.empty())
                    : Outcome.act(
                            Reason.Recording,
                            "what was found is being recorded",
                            List.of(new OriginalsAction.RecordOriginals(found(situation), world.name())));
        }
        Originals recorded = world.originals().get();
        // With the incumbent retired, or a Service away, what is there now is not what was found.
        boolean comparable = recorded.retired().isEmpty()
                && world.attachable().size() == world.listed().size();
        boolean believed = world.recorded().isPresent();
        if (!written && comparable && (!believed || !recorded.sameFactsAs(found(situation)))) {
            // Something changed between the record and the first Service write: what would be put back is what is there
            // now.
            return Outcome.act(
                    Reason.Recording,
                    "the record is out of date and is being replaced",
                    List.of(new OriginalsAction.ForgetOriginals(recorded)));
        }
        if (!believed) {
            return Outcome.refuse(new Refusal(name(), Reason.OriginalsLost, lost(world)));
        }
        return Outcome.done(Reason.Recording, "what was found is recorded in ConfigMap " + recorded.key());
    }

    private static String lost(World world) {
        return "Services carry marks of tier %s, but %s".formatted(world.name(), problem(world));
    }

    /** Why there is no record that can be believed. */
    public static String problem(World world) {
        return "ConfigMap %s with the record of what was found %s"
                .formatted(
                        key(world),
                        world.originals()
                                .map(o -> o.tierUid().equals(world.uid())
                                        ? "does not say any more what it said when it was made"
                                        : "is of another tier or cannot be read")
                                .orElse("is gone"));
    }

    /** What the cluster says now. */
    static Originals found(Situation situation) {
        World world = situation.world();
        return new Originals(
                key(world),
                "",
                "",
                world.uid(),
                world.attachable().stream()
                        .map(s -> ServiceOriginal.of(s, ownedKeys(situation)))
                        .toList(),
                world.incumbent().map(IncumbentView::replicas),
                world.incumbent().map(IncumbentView::images).orElseGet(TreeMap::new),
                Optional.empty(),
                Optional.empty());
    }

    private static ObjectKey key(World world) {
        return new ObjectKey(world.listed().getFirst().namespace(), Originals.name(world.name()));
    }

    /** Every annotation that the tier may write on a Service, whatever the spec says now. */
    private static Set<String> ownedKeys(Situation situation) {
        var keys = new TreeSet<>(selectionKeys(situation));
        keys.addAll(situation
                .traffic()
                .rules()
                .draining(situation.traffic().drainWindow())
                .keySet());
        return keys;
    }

    /** The annotations that select backends. */
    static Set<String> selectionKeys(Situation situation) {
        var label = situation.world().tier().getSpec().nodes().label();
        return situation.traffic().rules().selection(label.key(), label.value()).keySet();
    }

    /** Whether the tier turns connection draining on. */
    static boolean drains(World world) {
        return world.tier().getSpec().loadBalancer().connectionDraining() == ConnectionDraining.Enabled;
    }
}
