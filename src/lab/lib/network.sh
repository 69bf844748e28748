# network.sh: a bridge in its own network namespace, with a cable to the host and one to each node.
# shellcheck shell=bash
#
# The bridge is not in the host's namespace, so the host's packet filter (Docker's FORWARD policy, br_netfilter) has no
# say in what nodes send each other, and one deletion removes every cable.

LAST_RESORT=4278198272 # a metric worse than that of any other route

make_network() {
  local vip
  ip netns add "$SWITCH"
  ip -n "$SWITCH" link add br0 type bridge forward_delay 0
  ip -n "$SWITCH" link set br0 up
  ip link add "$HOST_LINK" type veth peer name host netns "$SWITCH"
  ip -n "$SWITCH" link set host master br0 up
  ip addr add "$HOST_ADDRESS/24" dev "$HOST_LINK"
  for vip in "${VIPS[@]}"; do ip addr add "$vip/32" dev "$HOST_LINK"; done
  ip link set "$HOST_LINK" up
  # Whatever is addressed to a node that is not there ends here, and never leaves by the default route.
  ip route replace unreachable "$RANGE" metric $LAST_RESORT
}

# A node's network, new at each boot: a killed machine keeps no rules, and answers nothing. It keeps its MAC address, as machines
# do: others that still remember it would send to nobody for a while.
plug_node() { # INDEX
  local index=$1 netns other
  netns=$(node_netns "$index")
  ip netns add "$netns"
  ip -n "$SWITCH" link add "n$index" type veth peer name eth0 netns "$netns" address "$(printf '02:00:00:00:00:%02x' "$index")"
  ip -n "$SWITCH" link set "n$index" master br0 up
  {
    echo "link set lo up"
    echo "addr add $(node_address "$index")/24 dev eth0"
    echo "link set eth0 up"
    for other in $(property nodes | tr ',' ' '); do
      other=${other#n}
      [[ $other == "$index" ]] || echo "route add $(node_pods "$other") via $(node_address "$other")"
    done
    # No default route: a node and its pods reach the lab and nothing else. Service addresses need a route all the same,
    # as the kernel looks for one before kube-proxy's rules translate them.
    echo "route add $SERVICE_RANGE via $HOST_ADDRESS"
    echo "route add unreachable $RANGE metric $LAST_RESORT"
  } | ip -n "$netns" -batch -
  ip route replace "$(node_pods "$index")" via "$(node_address "$index")" dev "$HOST_LINK"
}

# The cable goes first, so that the node falls silent in one instant.
unplug_node() { # INDEX
  ip -n "$SWITCH" link del "n$1" 2>/dev/null || true
  ip netns del "$(node_netns "$1")" 2>/dev/null || true
}

set_cable() { ip -n "$SWITCH" link set "n$1" "$2"; } # INDEX up|down

remove_network() {
  local netns
  ip link del "$HOST_LINK" 2>/dev/null || true
  for netns in $(ip netns list | awk '{print $1}' | grep "^$LAB-" || true); do ip netns del "$netns"; done
  ip route del unreachable "$RANGE" metric $LAST_RESORT 2>/dev/null || true
}
