package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;

/** An Ingress whose addresses a test publishes, as an ingress controller does. */
record PublishedIngress(Resource<Ingress> ingress) {

    private static final String NAME = "published";

    static PublishedIngress in(KubernetesClient client) {
        return new PublishedIngress(client.resource(new IngressBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(NAME)
                .endMetadata()
                .withNewSpec()
                .withNewDefaultBackend()
                .withNewService()
                .withName("shop")
                .withNewPort()
                .withNumber(80)
                .endPort()
                .endService()
                .endDefaultBackend()
                .endSpec()
                .build()));
    }

    void create() {
        ingress.serverSideApply();
    }

    /** Writes these addresses to its status, in the place of all others. */
    void publish(List<String> addresses) {
        ingress.editStatus(live -> {
            var status = new IngressBuilder(live).editOrNewStatus().editOrNewLoadBalancer();
            status.withIngress(List.of());
            addresses.forEach(a -> status.addNewIngress().withIp(a).endIngress());
            return status.endLoadBalancer().endStatus().build();
        });
    }

    void delete() {
        ingress.delete();
    }
}
