package main

import (
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// The server names itself in this header (see conf/nginx.conf).
const backendHeader = "X-Backend"

// counted sends requests and counts two things that the client would hide: how many were sent, and how many of them the
// client sent again by itself. It also remembers which backend is behind each connection, so that a failure on a reused
// one can be put down to it.
type counted struct {
	kind       kind
	tally      *tally
	transports []*http.Transport
	next       atomic.Uint64
	backends   sync.Map // local address of a kept-alive connection → backend
	failed     sync.Map // vegeta's sequence number of a failed request → backend
}

// newCounted spreads requests over so many transports: Go's pool hands out the connection used last, so one pool at a
// low rate would use one connection, hence one backend, for ever.
func newCounted(t *tally, k kind, connections int, keepAlive bool, timeout time.Duration) *counted {
	c := &counted{kind: k, tally: t}
	for range connections {
		dialer := &net.Dialer{Timeout: timeout}
		c.transports = append(c.transports, &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: !keepAlive, DisableCompression: true,
			MaxIdleConnsPerHost: 64, ResponseHeaderTimeout: timeout,
		})
	}
	return c
}

func (c *counted) RoundTrip(request *http.Request) (*http.Response, error) {
	c.tally.sent(c.kind)
	var connections atomic.Int32
	var local atomic.Value
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if connections.Add(1) == 2 {
			c.tally.replayed(c.kind)
		}
		local.Store(info.Conn.LocalAddr().String())
		if !info.Reused {
			c.backends.Delete(info.Conn.LocalAddr().String()) // the port was another connection's before
		}
	}}
	traced := request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
	transport := c.transports[c.next.Add(1)%uint64(len(c.transports))]
	response, err := transport.RoundTrip(traced)
	address, connected := local.Load().(string)
	switch {
	case err == nil && connected && !transport.DisableKeepAlives:
		c.backends.Store(address, response.Header.Get(backendHeader))
	case err != nil && connected:
		if backend, known := c.backends.Load(address); known {
			c.failed.Store(request.Header.Get("X-Vegeta-Seq"), backend)
		}
	}
	return response, err
}

// backendOf is the backend of a finished request, or "" if it is not known.
func (c *counted) backendOf(result *vegeta.Result) string {
	if backend := result.Headers.Get(backendHeader); backend != "" || result.Error == "" {
		return backend
	}
	backend, known := c.failed.LoadAndDelete(sequence(result))
	if !known {
		return ""
	}
	return backend.(string)
}
