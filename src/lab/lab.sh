#!/bin/bash
# lab.sh: real Kubernetes with several nodes on one machine, without a registry of images. See README.md.
set -euo pipefail

LAB_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in common preflight build images cgroups network pki control nodes nodeconf balancer properties down up; do
  # shellcheck source=/dev/null
  source "$LAB_SOURCE/lib/$file.sh"
done

usage() {
  cat >&2 <<'E'
usage: lab.sh [--number K] COMMAND

  build                                    the tools and images, into a cache outside the tree
  up [--nodes N] [--zones Z] [--balancer]  a cluster; 0 nodes: API server, controllers and scheduler only
  down                                     everything of it gone; harmless where nothing is left
  node start|stop|kill NAME                boot; shut down; power cut, which prints when it was
  node cut|heal NAME                       unplug the network cable; plug it in
  node restart-kubelet NAME                the kubelet registers again a Node object that was deleted
  dead                                     print the nodes that are off
  kubectl ...                              as the lab's administrator
  properties                               print lab.properties

K, 0 to 15 (default: $INGRESSTIER_LAB_NUMBER or 0), keeps labs on one machine apart. N: up to 16 (default 3). Z: up to 3 (default 3).
E
  exit 2
}

number=${INGRESSTIER_LAB_NUMBER:-0} nodes=3 zones=3 balancer=no command='' arguments=()
while (($#)); do
  case $1 in
    --number) number=${2:?--number wants a value}; shift 2 ;;
    --nodes) nodes=${2:?--nodes wants a value}; shift 2 ;;
    --zones) zones=${2:?--zones wants a value}; shift 2 ;;
    --balancer) balancer=yes; shift ;;
    kubectl) command=kubectl; shift; arguments=("$@"); set -- ;; # every later option is kubectl's
    node) command=node; arguments=("${@:2:2}"); shift $(($# < 3 ? $# : 3)) ;;
    build|up|down|dead|properties) [[ -z $command ]] || usage; command=$1; shift ;;
    *) usage ;;
  esac
done
[[ $number =~ ^([0-9]|1[0-5])$ ]] || die "--number must be 0 to 15, not '$number'"
[[ $nodes =~ ^([0-9]|1[0-6])$ ]] || die "--nodes must be 0 to 16, not '$nodes'"
[[ $zones =~ ^[1-3]$ ]] || die "--zones must be 1 to 3, not '$zones'"
derive_names "$number"

case $command in
  build) one_build_at_a_time; preflight_build 1 yes; build_all 1 ;;
  up) lab_up "$nodes" "$zones" "$balancer" ;;
  down) need_root; locked lab_down ;;
  node) need_root; need_lab; node_command "${arguments[@]}" ;;
  dead) need_root; need_lab; dead_nodes ;;
  kubectl) need_lab; exec "$(property tool.k8s)" kubectl --kubeconfig="$STATE/admin.kubeconfig" "${arguments[@]}" ;;
  properties) need_lab; cat "$STATE/lab.properties" ;;
  *) usage ;;
esac
