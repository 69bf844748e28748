package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A tier of nodes that serve ingress traffic. Cluster-scoped, because nodes are. Neither the specification nor the
 * status is ever null.
 */
@Group("ingresstier.io")
@Version("v1alpha1")
@Plural("ingresstiers")
@Singular("ingresstier")
@ShortNames("itier")
@JsonClassDescription("A tier of nodes that serve ingress traffic, and the move of that traffic to it and back.")
@ValidationRule(
        value = "self.metadata.name.size() <= 40 && self.metadata.name.matches('" + Names.DNS_LABEL + "')",
        message =
                "metadata.name must be a DNS label of at most 40 characters, such as default: it becomes part of other"
                        + " names and a label value")
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Desired",
        jsonPath = ".spec.nodes.replicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Serving",
        jsonPath = ".status.readyReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Zones", jsonPath = ".status.zones", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Backends", jsonPath = ".status.backends", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Provider",
        jsonPath = ".status.loadBalancers[0].provider",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Message",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
public class IngressTier extends CustomResource<IngressTierSpec, IngressTierStatus> {
    private static final long serialVersionUID = 1L;

    /** A tier with every default. */
    public IngressTier() {}

    @Override
    protected IngressTierSpec initSpec() {
        return IngressTierSpec.defaults();
    }

    @Override
    protected IngressTierStatus initStatus() {
        return IngressTierStatus.unknown();
    }
}
