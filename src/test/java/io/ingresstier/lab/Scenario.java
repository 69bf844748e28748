package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Reason;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Originals;
import io.ingresstier.world.ServiceView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A default cluster under traffic whose ingress is taken over by a tier and given back. Demo and benchmark differ in
 * what they show of it.
 */
final class Scenario implements AutoCloseable {

    private static final Duration AT_MOST = Duration.ofMinutes(6);

    private final Lab lab;
    private final Cloud cloud;
    private final Path resource;
    private final OperatorProcess operator;
    private final TierSteps steps;
    private final ClusterPicture before;
    private final Traffic traffic;
    private final WriteDelays watched;
    private Map<String, Duration> delays = Map.of();
    private final List<Phase> changes = new ArrayList<>();

    /**
     * Brings the default cluster up, starts the operator and the traffic, and waits until all of them are steady.
     *
     * @param resource the tier's name among the test resources of the lab, such as {@code demo-tier.yaml}
     */
    Scenario(Lab lab, Cloud cloud, BackendMode mode, Load load, String resource) {
        this.lab = lab;
        this.cloud = cloud;
        this.resource = resource(resource);
        OperatorProcess.install(lab.client());
        new Incumbent(lab.client(), mode, 2).create().awaitReady();
        await("the balancer to serve").atMost(Duration.ofMinutes(2)).until(cloud::serving);
        this.before = ClusterPicture.of(lab.client());
        this.operator = OperatorProcess.start(lab, "operator-" + mode.name().toLowerCase(java.util.Locale.ROOT))
                .awaitReady();
        this.steps = new TierSteps(lab.client());
        this.watched = new WriteDelays(lab.client(), "default");
        this.traffic = lab.traffic(load);
        try {
            await("the traffic to flow").atMost(Duration.ofMinutes(2)).until(() -> traffic.flowing(load));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Applies the resource and waits until the tier serves alone. */
    void takeOver() {
        change("takeover", () -> lab.kubectl("apply", "-f", resource.toString()), steps::ready);
        this.delays = watched.of(steps.tier().orElseThrow());
    }

    /** Applies the resource and waits until tier and Deployment serve side by side. */
    void takeOverUntilSoak() {
        change("takeover", () -> lab.kubectl("apply", "-f", resource.toString()), steps::soaking);
    }

    /** Does what must lead to a rollback, and waits until the Deployment serves alone and all is held. */
    void rollBack(Runnable cause) {
        change("rollback", cause, () -> steps.step().equals("Stalled " + Reason.RolledBack));
    }

    /** Why it was rolled back, as the operator has recorded it. */
    String rolledBackBecause() {
        return lab.client()
                .configMaps()
                .inNamespace(Incumbent.NAMESPACE)
                .withName(Originals.name("default"))
                .require()
                .getMetadata()
                .getAnnotations()
                .get(Marks.ROLLED_BACK_BECAUSE);
    }

    /** How long each write of the takeover came after what it had to wait for. */
    Map<String, Duration> delays() {
        return delays;
    }

    /** Deletes the tier and waits until it is gone. */
    void restore() {
        change(
                "restore",
                () -> lab.kubectl("delete", "--wait=false", "-f", resource.toString()),
                () -> steps.tier().isEmpty());
    }

    private void change(String name, Runnable begin, BooleanSupplier done) {
        Instant from = Instant.now();
        begin.run();
        await("the " + name + ", now at step " + steps.step() + "; the operator's log is " + operator.log())
                .atMost(AT_MOST)
                .pollInterval(Duration.ofMillis(100))
                .failFast("the operator ended", () -> !operator.alive())
                .until(done::getAsBoolean);
        changes.add(new Phase(name, from, Instant.now()));
    }

    /** Goes on until so many requests were sent. */
    void keepSending(int requests) {
        await("enough requests")
                .atMost(Duration.ofMinutes(5))
                .until(() ->
                        traffic.snapshot().filter(s -> s.sent() >= requests).isPresent());
    }

    /** Goes on until so many more requests were sent. */
    void sendMore(int requests) {
        keepSending(requests + traffic.snapshot().map(TrafficLine.Second::sent).orElse(0));
    }

    /** Stops the traffic and gives what the clients counted. */
    TrafficResult end() {
        return traffic.stop();
    }

    /** Takeover and restore, as far as they are done. */
    List<Phase> changes() {
        return List.copyOf(changes);
    }

    /** What is not as it was before the takeover, once the cluster's own controllers had time to clean up after it. */
    List<String> left() {
        var differences = new AtomicReference<List<String>>(List.of());
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                differences.set(before.differences(ClusterPicture.of(lab.client())));
                return differences.get().isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            return differences.get();
        }
        return List.of();
    }

    /** The resource's text. */
    String yaml() {
        try {
            return Files.readString(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the balancer has published. */
    List<String> addresses() {
        return ServiceView.of(lab.client()
                        .services()
                        .inNamespace(Incumbent.NAMESPACE)
                        .withName(Cloud.INGRESS.name())
                        .require())
                .addresses();
    }

    TierSteps steps() {
        return steps;
    }

    Traffic traffic() {
        return traffic;
    }

    Cloud cloud() {
        return cloud;
    }

    @Override
    public void close() {
        traffic.close();
        watched.close();
        steps.close();
        operator.close();
    }

    /** The file of a tier among the lab's test resources. */
    static Path resource(String name) {
        try {
            return Path.of(Scenario.class.getResource("/lab/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
