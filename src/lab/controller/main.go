// Command nginx-ingress-controller plays a controller's command line in the lab's nginx image: it accepts whatever flags
// a real controller takes (--publish-service=…, --update-status-on-shutdown=false, …), ignores them and becomes nginx.
//
// Without it, a pod template whose args are those of a real controller, or to which the operator adds one, would not
// start: nginx refuses options that it does not know. Replacing the process keeps nginx as pid 1, so signals reach it.
package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	err := syscall.Exec("/usr/sbin/nginx", []string{"nginx", "-g", "daemon off;"}, os.Environ())
	fmt.Fprintln(os.Stderr, "nginx-ingress-controller: starting nginx:", err)
	os.Exit(1)
}
