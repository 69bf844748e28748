# up.sh: brings a lab up, or leaves nothing behind.
# shellcheck shell=bash

lab_up() { # NODES ZONES BALANCER
  preflight_up "$1" "$3"
  build_all "$1"
  locked bring_up "$@"
}

bring_up() { # NODES ZONES BALANCER
  local nodes=$1 zones=$2 balancer=$3 index
  [[ ! -e $STATE ]] || say "removing what an earlier run left"
  lab_down
  trap give_up EXIT
  trap 'exit 130' INT TERM HUP
  mkdir -p "$STATE"
  echo "nameserver $SERVICE_DNS" >"$STATE/resolv.conf" # there is no DNS; lookups fail without leaving the lab
  write_properties "$nodes" "$zones" "$balancer"
  make_cgroups
  make_network
  make_pki
  make_tokens "$nodes"
  make_kubeconfigs "$nodes"
  [[ $balancer == no ]] || start_balancer
  start_control_plane "$nodes"
  say_time "API server, controllers and scheduler are ready"
  for index in $(seq "$nodes"); do
    configure_node "$index" "$zones"
    start_node "$index"
  done
  ((nodes == 0)) || wait_for 180 "the nodes did not become Ready" nodes_ready "$nodes"
  ((nodes == 0)) || say_time "$nodes nodes are Ready"
  trap - EXIT INT TERM HUP
  say "KUBECONFIG=$STATE/admin.kubeconfig"
}

# The logs of a lab that did not come up are worth keeping: they move aside.
give_up() {
  trap - EXIT INT TERM HUP
  local kept=$CACHE/failed-$NUMBER file
  rm -rf "$kept"
  for file in "$STATE"/*.log "$STATE"/n*/*.log; do
    [[ ! -e $file ]] || { mkdir -p "$kept/$(dirname "${file#"$STATE"/}")" && cp "$file" "$kept/${file#"$STATE"/}"; }
  done
  lab_down
  say "did not come up; its logs are in $kept"
  exit 1
}
