package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.IngressTier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/** A picture in the making: another one, with a few things changed. A record has no such thing by itself. */
final class WorldChange {

    Instant now;
    String leader;
    IngressTier tier;
    Set<Source> unknown;
    SortedMap<String, NodeView> nodes;
    SortedMap<ObjectKey, ServiceView> services;
    List<EndpointSliceView> slices;
    List<PodView> pods;
    Optional<DaemonSet> workload;
    Anchorage anchorage;
    Optional<IncumbentView> incumbent;
    Optional<Originals> originals;
    List<Claim> claims;
    List<ScalerView> scalers;
    List<AddressLoss> losses;
    Answers answers;
    boolean namespaceTerminating;

    private WorldChange(World world) {
        now = world.now();
        leader = world.leader();
        tier = world.tier();
        unknown = world.unknown();
        nodes = world.nodes();
        services = world.services();
        slices = world.slices();
        pods = world.pods();
        workload = world.workload();
        anchorage = world.anchorage();
        incumbent = world.incumbent();
        originals = world.originals();
        claims = world.claims();
        scalers = world.scalers();
        losses = world.losses();
        answers = world.answers();
        namespaceTerminating = world.namespaceTerminating();
    }

    /** The picture as it was, but for the changes. */
    static World of(World world, Consumer<WorldChange> changes) {
        var change = new WorldChange(world);
        changes.accept(change);
        return change.world();
    }

    private World world() {
        return new World(
                now,
                leader,
                tier,
                unknown,
                nodes,
                services,
                slices,
                pods,
                workload,
                anchorage,
                incumbent,
                originals,
                claims,
                scalers,
                losses,
                answers,
                namespaceTerminating);
    }
}
