#!/bin/bash
# node-init.sh STATE NAME: the first process of a node. Makes the machine look like the node's own, starts containerd,
# kubelet and kube-proxy, and starts the latter two again when they end.
set -euo pipefail
STATE=$1 NAME=$2 FOLDER=$1/$2
# shellcheck source=/dev/null
source "$FOLDER/env"
hostname "$NAME"
mount --make-rprivate /
mount --make-rshared / # containers' mounts propagate within the node
mount -t proc proc /proc

# The tools, before anything that may cover them.
mkdir -p "$FOLDER"/tools/{k8s,containerd,images}
mount --bind "$K8S" "$FOLDER/tools/k8s"
mount --bind "$CONTAINERD" "$FOLDER/tools/containerd"
mount --bind "$IMAGES" "$FOLDER/tools/images"
export PATH=$FOLDER/tools/containerd:/usr/sbin:/usr/bin:/sbin:/bin

# The cgroup hierarchies as this cgroup namespace sees them: the node's own group is the root.
hierarchies=$(awk -F: '$2 != "" {print $2}' /proc/self/cgroup)
umount -R /sys/fs/cgroup
mount -t tmpfs -o mode=755 none /sys/fs/cgroup
for hierarchy in $hierarchies; do
  folder=/sys/fs/cgroup/${hierarchy#name=}
  option=$hierarchy
  [[ $hierarchy != name=* ]] || option=none,$hierarchy
  mkdir "$folder"
  mount -t cgroup -o "$option" none "$folder"
  [[ $hierarchy != *,* ]] || for controller in ${hierarchy//,/ }; do ln -s "$hierarchy" "/sys/fs/cgroup/$controller"; done
done

# A kubelet writes these machine-wide: it gets files of its own in their place.
for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1; do
  file=$FOLDER/tools/$(basename "${setting%=*}")
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done

# An own /run, empty as after a boot, in which the lab's state stays where it was. The machine's files under /var/lib and
# /var/log are covered by the node's.
mount -t tmpfs -o mode=755 none "$FOLDER/run"
mkdir -p "$FOLDER"/run/{netns,lock,containerd,"$(basename "$STATE")"} "$FOLDER"/var-lib/{kubelet,cni}
mount --rbind "$STATE" "$FOLDER/run/$(basename "$STATE")"
mount --rbind "$FOLDER/run" /run
mount --bind "$FOLDER/var-lib" /var/lib
mount --bind "$FOLDER/log" /var/log
[[ -L /var/run ]] || mount --rbind /run /var/run
echo 1 >/proc/sys/net/ipv4/ip_forward
# All clients come from the balancer's one address, whose ports come around in some 15 s. An attempt that went to a pod that died
# must be forgotten by then, or the next connection from that port is sent after it: the default is two minutes.
echo 5 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent || echo "attempts to connect are remembered for two minutes"

containers() { ctr -a /run/containerd/containerd.sock -n k8s.io "$@"; }

# containerd starts without its CRI service where the machine is short of something, such as inotify instances, and then
# never gets it: try again until it is there. Not with grep -q, which ends at the first line that it finds: ctr would be killed by
# writing on, and the pipe have failed.
start_containerd() {
  while :; do
    containerd --config "$FOLDER/containerd.toml" >>"$FOLDER/containerd.log" 2>&1 &
    for _ in $(seq 400); do containers version >/dev/null 2>&1 && break; sleep 0.05; done
    containers plugins ls | grep 'io.containerd.grpc.v1 *cri .* ok' >/dev/null && return 0
    echo "containerd came up without its CRI service: $(grep 'failed to load plugin.*grpc.v1.cri' "$FOLDER/containerd.log" | tail -n 1)"
    kill -9 $! || true
    wait $! || true
    sleep 1
  done
}

start_containerd
if [[ ! -e $FOLDER/imported ]]; then
  for image in pause nginx; do containers images import --local "$FOLDER/tools/images/$image.tar"; done
  touch "$FOLDER/imported"
fi

keep_running() { # NAME COMMAND...
  local name=$1
  shift
  while :; do
    "$@" >>"$FOLDER/$name.log" 2>&1 &
    echo $! >"$FOLDER/$name.pid"
    wait $! || true
    sleep 0.2
  done
}
keep_running kubelet "$FOLDER/tools/k8s/k8s" kubelet --config="$FOLDER/kubelet.yaml" --kubeconfig="$FOLDER/kubelet.kubeconfig" \
  --hostname-override="$NAME" --node-ip="$ADDRESS" --node-labels="$LABELS" --cert-dir="$FOLDER/pki" &
kubelet=$!
keep_running proxy "$FOLDER/tools/k8s/k8s" kube-proxy --config="$FOLDER/proxy.yaml" --hostname-override="$NAME" &
proxy=$!

shutdown() {
  trap '' TERM
  kill -9 $kubelet $proxy
  kill -9 "$(cat "$FOLDER/kubelet.pid")" "$(cat "$FOLDER/proxy.pid")" || true
  for container in $(containers tasks ls -q); do containers tasks kill "$container" || true; done # with its image's own signal
  for _ in $(seq 100); do
    containers tasks ls | grep RUNNING >/dev/null || break
    sleep 0.1
  done
  exit 0
}
trap shutdown TERM
while :; do
  wait || true
  sleep 0.2
done
