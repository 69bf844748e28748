# balancer.sh: HAProxy plays the cloud's load balancer. Its backends start empty; they are set through its socket.
# shellcheck shell=bash

BALANCER_PORTS=(80 443)

start_balancer() {
  local haproxy
  haproxy=$(command -v haproxy)
  balancer_configuration >"$STATE/haproxy.cfg"
  "$haproxy" -c -q -f "$STATE/haproxy.cfg" >"$STATE/haproxy.log" 2>&1 || die "HAProxy refuses its configuration: $(cat "$STATE/haproxy.log")"
  spawn haproxy "$haproxy" -db -f "$STATE/haproxy.cfg"
  wait_for 10 "HAProxy has no socket" test -S "$STATE/haproxy.sock"
}

# Who has closed a connection waits for the other side's end of it for 5 s: a machine that died never sends it, and HAProxy
# neither ends such a session when it is told to, nor deletes a server that has one.
#
# No retries and no redispatch: the proxy must not hide a backend that does not answer. A listener without a backend
# closes connections at once, as a load balancer does. Servers added at runtime do not take default-server's settings,
# so whoever adds one says how it is checked. One thread: the machine is small, and events have one order.
balancer_configuration() {
  local vip port
  cat <<E
global
  maxconn 6000
  nbthread 1
  stats socket $STATE/haproxy.sock mode 600 level admin
  log stdout format raw daemon notice
defaults
  mode tcp
  log global
  retries 0
  no option redispatch
  timeout connect 2s
  timeout check 500ms
  timeout client 5m
  timeout server 5m
  timeout client-fin 5s
  timeout server-fin 5s
  timeout queue 1s
E
  for vip in "${!VIPS[@]}"; do
    for port in "${BALANCER_PORTS[@]}"; do
      cat <<E
frontend front$((vip + 1))-$port
  bind ${VIPS[vip]}:$port
  default_backend vip$((vip + 1))-$port
backend vip$((vip + 1))-$port
  balance roundrobin
E
    done
  done
}
