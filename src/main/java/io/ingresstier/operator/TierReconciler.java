package io.ingresstier.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.apply.Applier;
import io.ingresstier.apply.OwnWrites;
import io.ingresstier.apply.StatusWriter;
import io.ingresstier.apply.Written;
import io.ingresstier.observe.Observer;
import io.ingresstier.plan.Direction;
import io.ingresstier.plan.Plan;
import io.ingresstier.plan.Planner;
import io.ingresstier.report.Events;
import io.ingresstier.report.Note;
import io.ingresstier.report.StatusReport;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.World;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Observe, plan, guard, apply, report. Nothing else lives here. */
final class TierReconciler implements Reconciler<IngressTier> {

    /** How long to wait for the informers to show what is missing, when no event says that they do. */
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private final SimpleInboundEventSource<IngressTier> changes = new SimpleInboundEventSource<>("cluster");
    private final OwnWrites ownWrites = new OwnWrites();
    private final InstantSource clock;
    private final Configuration configuration;
    private final Observer observer;
    private final Applier applier;
    private final StatusWriter statusWriter;
    private final Events events;

    TierReconciler(KubernetesClient client, Configuration configuration, InstantSource clock, BooleanSupplier leading) {
        this.clock = clock;
        this.configuration = configuration;
        this.observer = new Observer(client, clock, this::wakeAll);
        this.applier = new Applier(client, ownWrites, leading);
        this.statusWriter = new StatusWriter(client, ownWrites, leading);
        this.events = new Events(client, configuration.name());
    }

    Observer observer() {
        return observer;
    }

    @Override
    public List<EventSource<?, IngressTier>> prepareEventSources(EventSourceContext<IngressTier> context) {
        return List.of(changes);
    }

    private void wakeAll() {
        if (changes.isRunning()) {
            observer.tiers().forEach(tier -> changes.propagateEvent(new ResourceID(tier)));
        }
    }

    @Override
    public UpdateControl<IngressTier> reconcile(IngressTier primary, Context<IngressTier> context) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!ownWrites.caughtUp(now, observer::version)) {
            return UpdateControl.<IngressTier>noUpdate().rescheduleAfter(CATCH_UP);
        }
        Optional<World> world = observer.world(primary.getMetadata().getName(), now, configuration.identity());
        return world.map(this::reconcile).orElseGet(UpdateControl::noUpdate);
    }

    private UpdateControl<IngressTier> reconcile(World world) {
        if (world.tier().getStatus().conditions().isEmpty() && !world.deleted()) {
            statusWriter.write(world, StatusReport.firstSight(world));
            return UpdateControl.<IngressTier>noUpdate().rescheduleAfter(CATCH_UP);
        }
        Plan plan = Planner.plan(world);
        List<Written> written = plan.direction() == Direction.FORCED
                ? applier.carryOutWhatCanBe(world, plan.actions())
                : applier.carryOut(world, plan.actions());
        IngressTierStatus status = StatusReport.of(plan, written);
        events.publish(world, Note.of(plan, written, status));
        if (finished(written)) {
            return UpdateControl.noUpdate();
        }
        statusWriter.write(world, status);
        written.stream()
                .filter(w -> w.problem().isPresent() && !w.retry())
                .findFirst()
                .ifPresent(w -> {
                    throw new WriteFailedException(w);
                });
        // Nobody tells when a watch that was lost is back: what was held back for it would wait for the next change.
        boolean again = written.stream().anyMatch(w -> w.problem().isPresent())
                || !world.unknown().isEmpty();
        return again
                ? UpdateControl.<IngressTier>noUpdate().rescheduleAfter(CATCH_UP)
                : plan.lookAgainAt()
                        .map(at -> UpdateControl.<IngressTier>noUpdate().rescheduleAfter(until(at)))
                        .orElseGet(UpdateControl::noUpdate);
    }

    /** A little later than due: a moment too early would find nothing to do, and nothing would come after it. */
    private Duration until(Instant at) {
        Duration left = Duration.between(clock.instant(), at).plusMillis(5);
        return left.isPositive() ? left : Duration.ofMillis(5);
    }

    /** Whether the tier is gone with this pass, so that there is no status to write. */
    private static boolean finished(List<Written> written) {
        return written.stream()
                .anyMatch(w -> w.problem().isEmpty() && w.action() instanceof TierAction.RemoveFinalizer);
    }
}
