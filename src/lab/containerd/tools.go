//go:build tools

// Package tools pins the container runtime that the lab's nodes run: Debian's containerd is 1.6, and the kubelet of
// Kubernetes 1.37 wants version 2. Building from pinned modules needs no registry of images or of packages.
package tools

import (
	_ "github.com/containerd/containerd/v2/cmd/containerd"
	_ "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2"
	_ "github.com/containerd/containerd/v2/cmd/ctr"
)
