# properties.sh: lab.properties, which tells tests where everything is.
# shellcheck shell=bash

write_properties() { # NODES ZONES BALANCER
  local nodes=$1 zones=$2 balancer=$3 index level=lab
  ((nodes)) || level=api
  {
    echo "number=$NUMBER"
    echo "level=$level"
    echo "state=$STATE"
    echo "kubernetes.version=$KUBERNETES_VERSION"
    echo "kubeconfig=$STATE/admin.kubeconfig"
    echo "api.url=$API_URL"
    echo "ca.file=$STATE/pki/ca.crt"
    echo "audit.log=$STATE/audit.log"
    echo "bridge.address=$HOST_ADDRESS"
    echo "network.range=$RANGE"
    echo "network.nodes=$NODE_RANGE"
    echo "network.services=$SERVICE_RANGE"
    echo "network.pods=$POD_RANGE"
    echo "region=$REGION"
    echo "zones=$(for index in $(seq "$zones"); do node_zone "$index" "$zones"; done | paste -sd,)"
    echo "nodes=$(seq -f 'n%.0f' "$nodes" | paste -sd,)"
    for index in $(seq "$nodes"); do
      echo "node.n$index.address=$(node_address "$index")"
      echo "node.n$index.pods=$(node_pods "$index")"
      echo "node.n$index.zone=$(node_zone "$index" "$zones")"
      echo "node.n$index.providerID=$REGION.i-n$index"
      echo "node.n$index.netns=$(node_netns "$index")"
    done
    [[ $balancer == no ]] || balancer_properties
    echo "image.nginx=$(printf '%s\n' "${NGINX_TAGS[@]/#/lab.local/nginx:}" | paste -sd,)"
    echo "image.pause=lab.local/pause:1"
    echo "tool.k8s=${TOOL[k8s]}/k8s"
    echo "tool.traffic=${TOOL[traffic]}/traffic"
    echo "tool.lab=$LAB_SOURCE/lab.sh"
  } >"$STATE/lab.properties"
}

balancer_properties() {
  local vip
  echo "balancer.socket=$STATE/haproxy.sock"
  echo "balancer.ports=$(printf '%s\n' "${BALANCER_PORTS[@]}" | paste -sd,)"
  echo "balancer.vip=${VIPS[0]}"
  echo "balancer.vips=$(printf '%s\n' "${VIPS[@]}" | paste -sd,)"
  # HAProxy's backend for a VIP and a port is named <this>-<port>.
  for vip in "${!VIPS[@]}"; do echo "balancer.backend.${VIPS[vip]}=vip$((vip + 1))"; done
}
