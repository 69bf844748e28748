package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.world.ServiceView;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What the cloud controller writes back: the balancer's address, the hash of what it synced, and events. */
final class CloudReport {

    /** client-go's spam filter lets so many events of one object through, then one every five minutes. */
    private static final int EVENT_BURST = 25;

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final Map<String, Integer> eventsByUid = new HashMap<>();

    CloudReport(KubernetesClient client) {
        this.client = client;
    }

    /** Publishes the balancer's address, unless it is published already. */
    void address(ServiceView service, String address) {
        if (!service.addresses().contains(address)) {
            client.services()
                    .inNamespace(service.key().namespace())
                    .withName(service.key().name())
                    .subresource("status")
                    .patch(MERGE, "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + address + "\"}]}}}");
        }
    }

    /** Marks what was synced, unless it is marked already. */
    void hash(ServiceView service) {
        String hash = ServiceHash.of(service);
        if (!hash.equals(service.labels().get(ServiceHash.LABEL))) {
            client.services()
                    .inNamespace(service.key().namespace())
                    .withName(service.key().name())
                    .patch(MERGE, "{\"metadata\":{\"labels\":{\"" + ServiceHash.LABEL + "\":\"" + hash + "\"}}}");
        }
    }

    /**
     * Emits an event on the Service, unless the filter swallows it.
     *
     * @param type {@code Normal} or {@code Warning}
     */
    void event(ServiceView service, String type, String reason, String message) {
        if (eventsByUid.merge(service.uid(), 1, Integer::sum) > EVENT_BURST) {
            return;
        }
        String now = Instant.now().toString();
        client.v1()
                .events()
                .inNamespace(service.key().namespace())
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(service.key().name() + ".")
                        .withNamespace(service.key().namespace())
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Service")
                        .withNamespace(service.key().namespace())
                        .withName(service.key().name())
                        .withUid(service.uid())
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(reason)
                        .withMessage(message)
                        .withNewSource()
                        .withComponent("service-controller")
                        .endSource()
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build())
                .create();
    }
}
