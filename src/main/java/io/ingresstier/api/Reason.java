package io.ingresstier.api;

/**
 * Why a tier is as it is: the reason of its conditions and events. The sentence says what happened, what it means and
 * what to do; the condition's message says it of the objects at hand.
 */
public enum Reason {
    /** Everything asked for is reached. */
    Serving("Every member serves and the tier alone receives the traffic. Nothing to do."),
    /** Nothing is written, the plan is shown. */
    Planned(
            "Nothing is written in mode Plan; status.plan lists what would be, in order. Set mode: Apply to let it be done."),
    /** Nothing is written. */
    Paused("Nothing is written while mode is Paused. Set mode: Apply to go on."),
    /** Somebody must agree. */
    AwaitingApproval(
            "The members serve; before the balancers are told to use them alone somebody must approve, as rollout.approval asks. Annotate"
                    + " the tier with ingresstier.io/approve: <generation>."),
    /** The first look has not been finished. */
    Observing("The cluster has not been read completely yet, so nothing is decided. It passes by itself."),

    /** The spec fits the cluster. */
    Accepted("The spec fits the cluster."),
    /** A listed Service does not exist. */
    ServiceNotFound("A Service in loadBalancer.serviceRefs does not exist. Create it or correct the reference."),
    /** A listed Service is of another type. */
    ServiceNotLoadBalancer(
            "A Service in loadBalancer.serviceRefs is not of type LoadBalancer, so no balancer could be told which nodes to use."
                    + " Set its type or list another Service."),
    /** A listed Service names a container port that there is not. */
    PortNotServed(
            "A Service in loadBalancer.serviceRefs sends to a named container port that the ingress pods do not declare, so nothing would"
                    + " ever answer there. Declare the port or correct the Service's targetPort."),
    /** A listed Service selects other pods. */
    ServiceNotSelecting(
            "A Service in loadBalancer.serviceRefs does not select the pods of the incumbent, so its traffic is not this tier's."
                    + " List the Service that sends to the incumbent, or name the Deployment that it selects in controller.incumbentRef."),
    /** The Deployment to replace does not exist. */
    IncumbentNotFound(
            "The Deployment that the tier shall replace does not exist. Create it, name another in controller.incumbentRef, or say"
                    + " what shall run without one in controller.image and controller.serviceAccountName."),
    /** The Deployment to replace does not work. */
    IncumbentNotReady(
            "The Deployment that the tier shall replace has no ready pod, so the members could not be compared with it. Repair it, or"
                    + " scale it to zero if it serves nothing."),
    /** Somebody else decides on the incumbent's replicas. */
    IncumbentScaled(
            "A ScaledObject of KEDA scales the Deployment that the tier shall replace and would wake it again. Annotate it with"
                    + " autoscaling.keda.sh/paused: \"true\", or delete it."),
    /** Accepted, and an autoscaler will rest. */
    IncumbentAutoscaled(
            "The spec fits the cluster. A HorizontalPodAutoscaler sizes the incumbent; it rests once that is at zero, and does not size"
                    + " the tier. See that nodes.replicas does for the highest load."),
    /** Accepted, and another writer may put things back. */
    ManagedElsewhere(
            "The spec fits the cluster. Argo CD, Flux or Helm has an object that the tier writes to, and may put it back. Change its"
                    + " configuration as the message says."),
    /** Accepted, and the selection of nodes has no effect. */
    UnsupportedBackendMode(
            "The spec fits the cluster. A balancer sends to pods directly, so that a selection of nodes has no effect there; the pods"
                    + " are pinned to the members all the same. Nothing to do."),
    /** Accepted, and pods may be starved. */
    RequestsMissing(
            "The spec fits the cluster. The ingress pods share their nodes and do not request cpu and memory, so they are evicted first"
                    + " and served last. Set requests in the incumbent or in controller.resources."),
    /** Accepted, and the floor is lower than asked. */
    MinAvailableCapped(
            "The spec fits the cluster. nodes.minAvailable is more than nodes.replicas and counts as that. Lower it, or raise"
                    + " nodes.replicas."),
    /** Accepted, and the operator's own probes say nothing. */
    NobodyAnswers(
            "The spec fits the cluster. No member answers the operator's own probes, so nothing is concluded from them: most likely it"
                    + " is the operator's own network. Look at what lies between the operator and the members' health ports."),
    /** Accepted, and members are not asked whether they serve. */
    NotProbed(
            "The spec fits the cluster. The operator cannot ask the members whether they serve, so a member that dies is taken out only"
                    + " when Kubernetes calls its node lost. Give the pods a readiness probe by httpGet that the operator can reach."),
    /** The pod template cannot be inherited. */
    TemplateUnfit("The pod template of the incumbent cannot be inherited as it is. Change it as the message says."),
    /** Fewer nodes than replicas can be members. */
    NotEnoughNodes(
            "Fewer nodes are eligible than nodes.replicas asks for. Add nodes, widen nodes.selector or ask for fewer replicas."),
    /** An exclusive tier would take the nodes that others need. */
    NoRoomForOthers(
            "nodes.isolation: Exclusive would leave too few nodes for everything else. Add nodes, lower nodes.replicas or set Shared."),
    /** What was found is more than what is asked for. */
    FoundMembersHeld(
            "More nodes carry the role label of old than nodes.replicas asks for. What was found is never removed: raise nodes.replicas,"
                    + " or take the label off the nodes that should not serve."),
    /** A node that would be a backend has no provider id the cloud can read. */
    InvalidProviderId(
            "A node with the role label has no providerID that the cloud understands; one such node stops its controller from"
                    + " changing any backend. Let the cloud's node controller set it, or take the label off that node."),
    /** The Service already selects other backends. */
    ForeignBackendLabel(
            "The Service already tells the balancer to use other nodes. Remove that annotation, or let the tier replace it with"
                    + " loadBalancer.conflictPolicy: Overwrite."),
    /** The tier would be smaller than what it replaces. */
    FewerReplicas("The tier would have fewer pods than the incumbent. Raise nodes.replicas, or accept it with"
            + " rollout.fewerReplicas: Allow."),
    /** Another tier has the same node label. */
    LabelClaimed("Another tier uses the same node label. Give this tier another nodes.label.value."),
    /** A value that a later version will understand. */
    NotYetSupported(
            "The spec asks for something that this version does not do yet. Set the field back to its default."),
    /** The DaemonSet's name is taken. */
    WorkloadNotOurs(
            "A DaemonSet of the tier's name exists that this tier did not make. Delete it or choose another controller.name."),
    /** Accepted, and a drain would not wait everywhere. */
    AnchorsMissing(
            "The spec fits the cluster. On a member no anchor runs, so that a drain of that node would not wait until it has left the"
                    + " balancer. Look at the anchor pods, or set nodes.drainGuard: Disabled."),
    /** Accepted, and a name of the drain guard is taken. */
    AnchorsNotOurs(
            "The spec fits the cluster. An object of the drain guard's name exists that this tier did not make, so that a drain does not"
                    + " wait. Delete it, or set nodes.drainGuard: Disabled."),

    /** The finalizer and the originals are being written. */
    Recording("What was found is being recorded before anything is changed."),
    /** The DaemonSet is being applied. */
    ApplyingWorkload("The DaemonSet is being brought to what the tier needs."),
    /** The DaemonSet is there. */
    WorkloadAvailable("The DaemonSet is as the tier needs it."),
    /** Nodes are being claimed. */
    ClaimingNodes("Nodes are being claimed; their pods start, and serve once they have been ready for long enough."),
    /** Every member has a ready pod. */
    NodesReady("Every member has a ready pod."),
    /** The pod on a claimed node does not become ready. */
    PodsNotReady(
            "The ingress pod on a claimed node has not become ready within rollout.progressDeadlineSeconds. Look at that pod; traffic"
                    + " still goes where it went before."),
    /** No pod of the DaemonSet is created at all. */
    PodsNotCreated(
            "No pod of the DaemonSet has been created within rollout.progressDeadlineSeconds. Look at the events of the DaemonSet; its"
                    + " ServiceAccount, which the operator does not create, may be missing, or a quota or policy may refuse the pods."),
    /** Pods are being replaced. */
    RollingOut(
            "The pod template has changed and the pods are being replaced, a node at a time, each once the one before it"
                    + " serves."),
    /** The pod of a new template does not become ready. */
    RolloutStalled(
            "A pod of the new template has not become ready within rollout.progressDeadlineSeconds, so no further pod is replaced and"
                    + " the others serve on. Look at that pod, then correct the Deployment or spec.controller; it goes on by itself."),
    /** The objects that make a drain wait are being brought to what they should be. */
    Anchoring(
            "The anchors, which make a drain of a member wait until it has left the balancer, are being brought up to date."),
    /** Members are ready, the balancer takes them in. */
    Joining("The pods are ready; the balancer is given the time to take the nodes in."),
    /** Services are being attached. */
    Attaching("The balancers are being told to use the members only."),
    /** A change at the balancer is awaited. */
    Settling("The balancer is given the time to take a change over."),
    /** Every change at the balancers was taken over. */
    BackendsSettled("The balancers have taken every change over."),
    /** The balancer did not take a change over. */
    BalancerNotSettling(
            "The balancer has not taken a change over in time, so nothing that takes capacity away goes on. Look at the events of"
                    + " the Service and at the cloud controller."),
    /** Tier and incumbent serve side by side. */
    Soaking("The members serve; the incumbent stays until the soak is over."),
    /** The soak was passed. */
    Soaked("The members served for rollout.soakSeconds with nothing amiss."),
    /** The soak was not passed. */
    SoakFailed(
            "Something went wrong while tier and incumbent served side by side; the takeover is rolled back to the incumbent. Look"
                    + " at the message, repair it, and change the spec to try again."),
    /** The takeover is being undone. */
    RollingBack("The takeover is being rolled back: the incumbent serves first, then the members leave one by one."),
    /** The takeover was undone. */
    RolledBack(
            "The takeover was rolled back and the incumbent serves. Nothing is tried again until the spec changes: repair what the"
                    + " message names, then change it."),
    /** A rollback that was asked for is impossible. */
    RollbackRefused("The rollback that was asked for cannot be made. Do what the message says."),
    /** The incumbent is being retired. */
    Retiring("The incumbent is being taken out: out of the Services first, then drained, then scaled to zero."),
    /** The incumbent is out. */
    TakenOver("No pod of the incumbent runs; the tier alone receives the traffic."),
    /** A Deployment came after a tier had begun without one. */
    IncumbentNotRecorded(
            "It was not recorded and could not be put back, so it is left alone and shares the traffic. Scale it to zero or delete it;"
                    + " or, to have it replaced, delete the tier and create it anew."),
    /** The incumbent cannot be taken out safely. */
    NarrowingUnsafe(
            "The incumbent cannot be taken out of the Services without connections being lost, so it stays. The tier serves."),
    /** Many members do not answer. */
    MassFailure(
            "Many members stopped answering together, so nothing is removed until they answer again or time has shown that they do"
                    + " not; other nodes are claimed meanwhile. Look at the nodes, and at the network between them and the API server."),
    /** A member is leaving. */
    Leaving(
            "A member leaves: out of the balancer first, then its pod out of the Services, then time for what is in flight."),
    /** What was found is being put back. */
    Restoring("The tier is being deleted and what was found is being put back, incumbent first."),
    /** The tier's marks are being removed, and everything else left. */
    Retaining("The tier is being deleted and leaves everything running as it is."),
    /** What shall serve again was deleted by somebody. */
    IncumbentDeleted(
            "The Deployment that served before the tier is gone and not by the tier's doing, so it is not created again, and the members"
                    + " stay so that traffic is served. Create it, and it goes on by itself. A deletion can end without it: set"
                    + " deletionPolicy: Retain to leave the tier's pods running, or annotate the tier with"
                    + " ingresstier.io/force-delete: \"true\"."),
    /** What shall serve again does not become ready. */
    IncumbentNotBack(
            "The pods of the Deployment that served before the tier do not become ready, so the members stay. Look at those pods, and it"
                    + " goes on by itself. A deletion can end without them: set deletionPolicy: Retain to leave the tier's pods"
                    + " running, or annotate the tier with ingresstier.io/force-delete: \"true\"."),
    /** There is no record to restore from. */
    OriginalsLost(
            "The record of what was found is gone, so nothing can be put back; everything is left running as it is. Put back by hand"
                    + " what is needed."),

    /** A write would leave nothing to send to. */
    WouldEmptyBackends("A write was held back because a balancer would have had nothing left to send to."),
    /** A write would leave too little. */
    MinAvailableHeld("A write was held back because fewer than nodes.minAvailable members would have served."),
    /** What a balancer would do cannot be told. */
    BackendsUnknown(
            "A write was held back because the cloud's controller is stopped by an error, so that what the balancer sends to cannot be"
                    + " told. Repair what the message names."),
    /** The picture is incomplete. */
    StaleView(
            "A write was held back because the operator's picture of the cluster is incomplete. It passes by itself."),
    /** The new is not proven. */
    NotProven("A write was held back because the members do not serve yet, or have not for long enough."),
    /** The old still has traffic. */
    NotDrained("A write was held back because the pod could still receive or hold connections."),
    /** Somebody else's. */
    NotOurs("A write was held back because it would have changed what the tier found or what somebody else owns."),
    /** One at a time. */
    OneAtATime("A write was held back because another member is still on its way out."),
    /** Somebody else writes what the tier owns. */
    Contested(
            "Another writer undoes what the tier writes, so it is written ever more slowly and at most six times in ten minutes. Take the"
                    + " field out of that writer's configuration, or delete the tier."),
    /** Nobody else writes what the tier owns. */
    Uncontested("Nobody undoes what the tier writes."),
    /** Others share the nodes. */
    StrangersHurt("A write was held back because another LoadBalancer Service would have lost its last backend.");

    private final String sentence;

    Reason(String sentence) {
        this.sentence = sentence;
    }

    /** {@return what happened, what it means and what to do} */
    public String sentence() {
        return sentence;
    }
}
