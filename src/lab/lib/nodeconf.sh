# nodeconf.sh: the configuration of one node's containerd, CNI, kubelet and kube-proxy.
# shellcheck shell=bash

configure_node() { # INDEX ZONES
  local index=$1 folder=$STATE/n$1
  mkdir -p "$folder"/{net.d,var-lib,log,containerd,run,tools}
  cat >"$folder/env" <<E
ADDRESS=$(node_address "$index")
LABELS=topology.kubernetes.io/zone=$(node_zone "$index" "$2"),topology.kubernetes.io/region=$REGION
K8S=${TOOL[k8s]}
CONTAINERD=${TOOL[containerd]}
IMAGES=${TOOL[images]}
E
  configure_cni "$index" >"$folder/net.d/10-lab.conflist"
  configure_containerd "$folder" >"$folder/containerd.toml"
  configure_kubelet "$index" "$folder" >"$folder/kubelet.yaml"
  configure_proxy >"$folder/proxy.yaml"
}

# portmap gives pods their host ports.
configure_cni() { # INDEX
  cat <<E
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "ptp", "mtu": 1500, "ipam": {"type": "host-local", "dataDir": "/var/lib/cni/networks",
    "ranges": [[{"subnet": "$(node_pods "$1")"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}
]}
E
}

configure_containerd() { # FOLDER
  cat <<E
version = 3
root = "$1/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.snapshotter.v1.erofs", "io.containerd.differ.v1.erofs",
  "io.containerd.snapshotter.v1.blockfile", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "lab.local/pause:1"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true # lowering it needs CAP_SYS_RESOURCE, which a sandboxed root may lack
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "$1/net.d"
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        BinaryName = "$(command -v runc)"
        SystemdCgroup = false
E
}

# Disk thresholds are off: nodes share one disk, and a full one must not evict pods in the middle of a test.
# The lease is renewed every 5 s, so the lab's grace period of 15 s forgives two renewals that got lost.
configure_kubelet() { # INDEX FOLDER
  cat <<E
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
providerID: $REGION.i-n$1
failCgroupV1: false
cgroupDriver: cgroupfs
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $STATE/pki/ca.crt}}
authorization: {mode: Webhook}
failSwapOn: false
volumePluginDir: $2/flex
evictionHard: {memory.available: "50Mi", nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%", imagefs.inodesFree: "0%"}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeStatusUpdateFrequency: 5s
nodeLeaseDurationSeconds: 20
kubeAPIQPS: 100
kubeAPIBurst: 200
resolvConf: $STATE/resolv.conf
clusterDNS: [$SERVICE_DNS]
E
}

configure_proxy() { # conntrack at 0: it must not write the machine's /proc
  cat <<E
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: {kubeconfig: $STATE/proxy.kubeconfig}
clusterCIDR: $POD_RANGE
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
nftables: {minSyncPeriod: 100ms, syncPeriod: 30s}
E
}
