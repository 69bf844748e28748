# control.sh: etcd, API server, controller manager and scheduler, on the host.
# shellcheck shell=bash

start_control_plane() { # NODES
  local k8s=${TOOL[k8s]}/k8s pki=$STATE/pki etcd=http://127.0.0.1:$ETCD_PORT
  # Without fsync: the data die with the lab, and a disk shared with builds would make etcd slow.
  spawn etcd "$k8s" etcd --data-dir="$STATE/etcd" --unsafe-no-fsync --log-level=warn \
    --listen-client-urls="$etcd" --advertise-client-urls="$etcd" --listen-peer-urls="http://127.0.0.1:$((ETCD_PORT + 1))"
  spawn apiserver "$k8s" kube-apiserver --etcd-servers="$etcd" \
    --bind-address="$HOST_ADDRESS" --advertise-address="$HOST_ADDRESS" --secure-port=6443 \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --token-auth-file="$pki/tokens.csv" \
    --client-ca-file="$pki/ca.crt" --kubelet-client-certificate="$pki/kubelet-client.crt" --kubelet-client-key="$pki/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$pki/sa.pub" \
    --service-account-signing-key-file="$pki/sa.key" --service-cluster-ip-range="$SERVICE_RANGE" --allow-privileged \
    --audit-policy-file="$LAB_SOURCE/conf/audit-policy.yaml" --audit-log-path="$STATE/audit.log" --audit-log-maxsize=4096 --audit-log-mode=blocking --profiling=false
  wait_for 60 "the API server is not ready" control_plane_ready
  start_controllers "$1"
  spawn scheduler "$k8s" kube-scheduler --kubeconfig="$STATE/scheduler.kubeconfig" --leader-elect=false --secure-port=0 \
    --kube-api-qps=200 --kube-api-burst=400
  wait_for 60 "the controllers made no ServiceAccount" controllers_ready
}

start_controllers() { # NODES
  local controllers='*'
  # At the API level tests write Nodes and Pods themselves; these three would mark such Nodes unknown, and evict or
  # collect the pods on them.
  (($1)) || controllers='*,-node-lifecycle-controller,-taint-eviction-controller,-pod-garbage-collector-controller'
  spawn controllers "${TOOL[k8s]}/k8s" kube-controller-manager --kubeconfig="$STATE/controllers.kubeconfig" --leader-elect=false --secure-port=0 \
    --controllers="$controllers" --use-service-account-credentials --allocate-node-cidrs=false \
    --service-account-private-key-file="$STATE/pki/sa.key" --root-ca-file="$STATE/pki/ca.crt" --flex-volume-plugin-dir="$STATE/flex" \
    --node-monitor-grace-period=15s --node-monitor-period=1s --kube-api-qps=200 --kube-api-burst=400
}

make_kubeconfigs() { # NODES
  local index
  kubeconfig admin "$STATE/admin.kubeconfig"
  kubeconfig system:kube-controller-manager "$STATE/controllers.kubeconfig"
  kubeconfig system:kube-scheduler "$STATE/scheduler.kubeconfig"
  kubeconfig system:kube-proxy "$STATE/proxy.kubeconfig"
  for index in $(seq "$1"); do
    mkdir -p "$STATE/n$index"
    kubeconfig "system:node:n$index" "$STATE/n$index/kubelet.kubeconfig"
  done
}

control_plane_ready() {
  alive etcd || die "etcd ended: $(tail -n 3 "$STATE/etcd.log")"
  alive apiserver || die "the API server ended: $(tail -n 3 "$STATE/apiserver.log")"
  api_get /readyz >/dev/null
}

# A pod can be made once both are there.
controllers_ready() {
  alive controllers || die "the controller manager ended: $(tail -n 3 "$STATE/controllers.log")"
  api_get /api/v1/namespaces/default/serviceaccounts/default >/dev/null && api_get /api/v1/namespaces/default/configmaps/kube-root-ca.crt >/dev/null
}

# curl starts ten times as quickly as kubectl; the token comes by standard input, out of sight of ps.
api_get() { # PATH
  echo "header = \"Authorization: Bearer $(token_of admin)\"" |
    curl -sf --max-time 5 --noproxy '*' --cacert "$STATE/pki/ca.crt" -K - "$API_URL$1"
}
