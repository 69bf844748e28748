package io.ingresstier.plan;

import io.ingresstier.balancer.Settlement;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Kubernetes and the cloud make of a picture at the best, at once: the counterpart of {@link World#after}, which
 * is what they make of a write at the worst. Only what has failed for longer than it may is not mended.
 */
final class Reaction {

    private Reaction() {}

    static World to(World world) {
        World after = AnchorPods.follow(Pods.follow(world));
        return synced(withEndpoints(world, after));
    }

    /** Ready pods become endpoints of the Services that select them; pods that have gone are none any more. */
    private static World withEndpoints(World before, World after) {
        var left = after.pods().stream().map(PodView::key).collect(Collectors.toSet());
        var gone = before.pods().stream()
                .map(PodView::key)
                .filter(key -> !left.contains(key))
                .collect(Collectors.toSet());
        var slices = new ArrayList<EndpointSliceView>(after.slices().stream()
                .map(slice -> gone.isEmpty()
                        ? slice
                        : slice.keeping(
                                e -> e.pod().map(key -> !gone.contains(key)).orElse(true)))
                .toList());
        for (ServiceView service : after.services().values()) {
            var missing = missing(after, service, slices);
            if (!missing.isEmpty()) {
                add(service, missing, slices);
            }
        }
        return slices.equals(after.slices()) ? after : after.withSlices(slices);
    }

    private static List<PodView> missing(World world, ServiceView service, List<EndpointSliceView> slices) {
        Set<ObjectKey> live = slices.stream()
                .filter(slice -> slice.service().equals(service.key()))
                .flatMap(slice -> slice.endpoints().stream())
                .filter(EndpointView::live)
                .flatMap(endpoint -> endpoint.pod().stream())
                .collect(Collectors.toSet());
        return world.pods().stream()
                .filter(p -> p.serving() && !p.nodeName().isEmpty())
                .filter(p -> p.key().namespace().equals(service.key().namespace()) && p.matches(service.selector()))
                .filter(p -> !live.contains(p.key()))
                .toList();
    }

    private static void add(ServiceView service, List<PodView> pods, List<EndpointSliceView> slices) {
        var keys = pods.stream().map(PodView::key).collect(Collectors.toSet());
        // One that was an endpoint but not a live one is there already.
        slices.replaceAll(slice -> slice.service().equals(service.key())
                ? slice.keeping(e -> e.pod().map(key -> !keys.contains(key)).orElse(true))
                : slice);
        var added = pods.stream().map(Reaction::endpoint);
        for (int i = 0; i < slices.size(); i++) {
            var slice = slices.get(i);
            boolean fits = slice.service().equals(service.key())
                    && slice.addressType().equals("IPv4")
                    && !slice.ports().isEmpty();
            if (fits) {
                slices.set(i, with(slice, added));
                return;
            }
        }
        slices.add(with(new EndpointSliceView(service.key(), "IPv4", ports(service), List.of()), added));
    }

    private static EndpointSliceView with(EndpointSliceView slice, Stream<EndpointView> added) {
        return new EndpointSliceView(
                slice.service(),
                slice.addressType(),
                slice.ports(),
                Stream.concat(slice.endpoints().stream(), added).toList());
    }

    private static EndpointView endpoint(PodView pod) {
        return new EndpointView(
                pod.address(),
                Optional.of(pod.nodeName()),
                Optional.of(pod.key()),
                Optional.of(true),
                Optional.of(true),
                Optional.of(false));
    }

    /** A named target port counts as the Service's own: which number the pods give it changes no decision. */
    private static HashMap<String, Integer> ports(ServiceView service) {
        var ports = new HashMap<String, Integer>();
        for (ServicePortView port : service.ports()) {
            ports.put(port.name(), port.port());
        }
        return ports;
    }

    /** The balancers take over what waits for it, unless they should have done so long ago. */
    private static World synced(World world) {
        World picture = world;
        for (ServiceView service : world.written()) {
            Optional<String> before = Optional.ofNullable(service.annotations().get(Marks.HASH_BEFORE));
            if (before.isPresent()) {
                var traffic = TrafficView.of(world);
                boolean waits = traffic.rules().syncHash(service).equals(before.filter(hash -> !hash.isEmpty()));
                if (waits && !overdue(traffic, service)) {
                    picture = picture.with(traffic.rules().synced(service));
                }
            }
        }
        return picture;
    }

    private static boolean overdue(TrafficView traffic, ServiceView service) {
        Optional<Instant> written = Stream.of(Marks.DRAINING_ON_AT, Marks.ATTACHED_AT, Marks.RESTORED_AT)
                .flatMap(mark -> service.time(mark).stream())
                .max(Instant::compareTo);
        return written.filter(since -> traffic.settlement(service, since) instanceof Settlement.NotSettling)
                .isPresent();
    }
}
