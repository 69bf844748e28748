# up.sh: brings a lab up, or leaves nothing behind.
# shellcheck shell=bash

lab_up() { # NODES ZONES BALANCER
  preflight_up "$1" "$3"
  build_all "$1"
  locked bring_up "$@"
}

bring_up() { # NODES ZONES BALANCER
  local nodes=$1 zones=$2 balancer=$3 index
  need_unused
  [[ ! -e $STATE ]] || say "removing what an earlier run left"
  lab_down
  trap give_up EXIT
  trap 'exit 130' INT TERM HUP
  mkdir -p "$STATE"
  echo "$PPID $(process_start "$PPID")" >"$STATE/owner"
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

# Whoever brought a lab up owns it for as long as it runs; another test run with the same number must not take it away.
# The kernel's start time tells a process from a later one with the same id.
need_unused() {
  local owner start ancestor=$$
  [[ -f $STATE/owner ]] || return 0
  read -r owner start <"$STATE/owner"
  [[ -n $start && $(process_start "$owner") == "$start" ]] || return 0
  while ((ancestor > 1)); do
    [[ $ancestor != "$owner" ]] || return 0
    ancestor=$(awk '$1 == "PPid:" {print $2}' "/proc/$ancestor/status")
  done
  die "lab $NUMBER is in use by process $owner ($(tr '\0' ' ' <"/proc/$owner/cmdline" | cut -c1-60)). Take another --number, or end it: lab.sh --number $NUMBER down"
}

process_start() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true; } # PID

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
