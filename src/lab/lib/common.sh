# common.sh: names and addresses that derive from the lab's number, and what every other file uses.
# shellcheck shell=bash disable=SC2034  # most names are used by the files sourced after this one

CACHE=${INGRESSTIER_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ingresstier-lab}
KUBERNETES_VERSION=v1.37.2
REGION=cn-hangzhou
ZONE_LETTERS=(a b c)

# Addresses come from 198.18.0.0/15, which is set aside for tests of networks: nothing on the Internet, at home or in an
# office has them, and Docker does not use them. A lab has a /20 of them:
#   .0.0/24    nodes (.11 is n1), the host .1, the balancer .201 to .204
#   .4.0/22    Services
#   .8.0/21    pods, a /25 a node
derive_names() { # NUMBER
  NUMBER=$1
  LAB=ingresstier-lab-$NUMBER
  STATE=/run/$LAB
  SWITCH=$LAB-switch     # the network namespace with the bridge
  HOST_LINK=itlab$NUMBER # the host's cable into it
  local base=$((NUMBER * 16))
  RANGE=198.18.$base.0/20
  NODE_PREFIX=198.18.$base
  NODE_RANGE=$NODE_PREFIX.0/24
  HOST_ADDRESS=$NODE_PREFIX.1
  SERVICE_RANGE=198.18.$((base + 4)).0/22
  SERVICE_FIRST=198.18.$((base + 4)).1
  SERVICE_DNS=198.18.$((base + 4)).10
  POD_RANGE=198.18.$((base + 8)).0/21
  POD_BASE=$((base + 8))
  VIPS=("$NODE_PREFIX.201" "$NODE_PREFIX.202" "$NODE_PREFIX.203" "$NODE_PREFIX.204")
  API_URL=https://$HOST_ADDRESS:6443
  ETCD_PORT=$((23790 + NUMBER * 2))
}

node_address() { echo "$NODE_PREFIX.$((10 + $1))"; }                                   # INDEX, from 1
node_pods() { echo "198.18.$((POD_BASE + ($1 - 1) / 2)).$((($1 - 1) % 2 * 128))/25"; } # INDEX
node_zone() { echo "$REGION-${ZONE_LETTERS[($1 - 1) % $2]}"; }                         # INDEX ZONES
node_netns() { echo "$LAB-n$1"; }                                                      # INDEX

say() { printf 'lab %s: %s\n' "$NUMBER" "$*" >&2; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }

started_at=${EPOCHREALTIME/[.,]/}
say_time() { # MESSAGE: with the seconds since the start of this command
  local tenths=$(((${EPOCHREALTIME/[.,]/} - started_at) / 100000))
  printf 'lab %s: %3d.%d s  %s\n' "$NUMBER" $((tenths / 10)) $((tenths % 10)) "$*" >&2
}

need_root() { [[ $(id -u) == 0 ]] || die "needs root: it makes network namespaces, cgroups and mounts. Run it with sudo."; }
need_lab() { [[ -f $STATE/lab.properties ]] || die "lab $NUMBER is not up. Start it with: lab.sh --number $NUMBER up"; }
property() { sed -n "s/^$1=//p" "$STATE/lab.properties"; }

# Only one 'up' or 'down' of the same number at a time. What it starts must not inherit the lock: see spawn.
locked() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lab-$NUMBER.lock"
  flock -n 9 || { say "waiting for another up or down of this lab"; flock 9; }
  "$@"
}

# Polls until the command succeeds; the message says what did not happen in time.
wait_for() { # SECONDS MESSAGE COMMAND...
  local deadline=$((SECONDS + $1)) message=$2
  shift 2
  until "$@"; do
    ((SECONDS < deadline)) || die "$message"
    sleep 0.1
  done
}

# The machine has memory for all components and few cores, and Kubernetes has small heaps: so much more garbage between two collections
# costs little of the one and spares much of the other.
export GOGC=400

# Starts a component in the lab's own cgroup, so that 'down' finds it whatever became of this script.
spawn() { # NAME COMMAND...
  local name=$1
  shift
  (
    trap - EXIT INT TERM HUP
    enter_cgroup control
    exec setsid "$@" </dev/null >>"$STATE/$name.log" 2>&1 9>&-
  ) &
  echo $! >"$STATE/$name.pid"
  disown # or bash reports its end on the terminal
}

alive() { kill -0 "$(cat "$STATE/$1.pid")" 2>/dev/null; } # NAME
