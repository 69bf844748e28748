# nodes.sh: a node is one process tree in its own network, mount, process, host name and cgroup namespaces; killing it is a
# power cut, starting it again a boot.
# shellcheck shell=bash

start_node() { # INDEX
  local index=$1 folder=$STATE/n$1
  [[ -z $(cgroup_processes "n$index") ]] || die "node n$index is running"
  unplug_node "$index" # what is left of a node that ended by itself
  plug_node "$index"
  (
    trap - EXIT INT TERM HUP
    enter_cgroup "n$index"
    exec setsid nsenter --net="/run/netns/$(node_netns "$index")" \
      unshare --mount --pid --fork --uts --cgroup --kill-child \
      bash "$LAB_SOURCE/lib/node-init.sh" "$STATE" "n$index" </dev/null >>"$folder/init.log" 2>&1 9>&-
  ) &
  echo $! >"$folder/pid"
  disown
}

kill_node() { # INDEX; prints when it fell silent, in seconds since 1970
  set_cable "$1" down 2>/dev/null || true
  echo "${EPOCHREALTIME/,/.}" # with the decimal point of any language
  kill_cgroup "n$1"
  unplug_node "$1"
  remove_cgroups "n$1"
}

# A shutdown: the node's init ends the kubelet first, so nothing restarts what is stopped, then each container gets its signal.
stop_node() { # INDEX
  local deadline=$((SECONDS + 20)) init
  if init=$(host_pid "$1" 1); then kill -TERM "$init"; fi
  while host_pid "$1" 1 >/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
  kill_node "$1" >/dev/null
}

dead_nodes() { # those that have no process: killed, stopped, or ended by themselves
  local node
  for node in $(property nodes | tr ',' ' '); do
    [[ -n $(cgroup_processes "$node") ]] || echo "$node"
  done
}

# A process of a node as this machine numbers it. NSpid lists its numbers from the outside in; containers are one deeper.
host_pid() { # INDEX PID
  local process
  for process in $(cgroup_processes "n$1"); do
    [[ $(awk '$1 == "NSpid:" && NF == 3 {print $3}' "/proc/$process/status" 2>/dev/null) != "$2" ]] || { echo "$process"; return 0; }
  done
  return 1
}

restart_kubelet() { # INDEX; the node's init starts it again
  kill "$(host_pid "$1" "$(cat "$STATE/n$1/kubelet.pid")")"
}

nodes_ready() { # NODES
  local ready
  ready=$(api_get /api/v1/nodes | tr -d ' \n' | grep -o '"type":"Ready","status":"True"' | wc -l)
  ((ready == $1))
}

node_command() { # VERB NAME
  [[ $# == 2 && ,$(property nodes), == *,$2,* ]] || die "node wants a verb and one of: $(property nodes)"
  local index=${2#n}
  case $1 in
    start) start_node "$index" ;;
    stop) stop_node "$index" ;;
    kill) kill_node "$index" ;;
    cut) set_cable "$index" down ;;
    heal) set_cable "$index" up ;;
    restart-kubelet) restart_kubelet "$index" ;;
    *) die "node wants start, stop, kill, cut, heal or restart-kubelet, not '$1'" ;;
  esac
}
