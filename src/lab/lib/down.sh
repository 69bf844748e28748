# down.sh: removes all there is of a lab, from whatever state an earlier command left it in.
# shellcheck shell=bash

lab_down() {
  local mounted
  kill_cgroup
  # Nodes mount in namespaces of their own, which are gone with their processes; this is for what a failure left here.
  awk -v state="$STATE/" 'index($2, state) == 1 {print $2}' /proc/mounts | sort -r | while read -r mounted; do
    umount -l "$mounted" || true
  done
  remove_network
  remove_cgroups
  rm -rf "${STATE:?}"
}
