package main

import (
	"context"
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

// connection is what is known of the one that a request was sent on.
type connection struct {
	opened  time.Time // zero if there was none
	backend string    // who answered on it last
}

// use is one request's use of a connection.
type use struct {
	address string // its local end
	on      connection
}

// counted sends requests and counts two things that the client would hide: how many were sent, and how many of them the
// client sent again by itself. It also remembers since when each connection has been open and which backend is behind it,
// so that a failure on a reused one can be put down to it.
type counted struct {
	kind       kind
	tally      *tally
	transports []*http.Transport
	next       atomic.Uint64
	open       sync.Map // local address → connection
	failed     sync.Map // vegeta's sequence number of a failed request → connection
}

// newCounted spreads requests over so many transports: Go's pool hands out the connection used last, so one pool at a
// low rate would use one connection, hence one backend, for ever.
func newCounted(t *tally, k kind, connections int, keepAlive bool, timeout time.Duration) *counted {
	c := &counted{kind: k, tally: t}
	for range connections {
		c.transports = append(c.transports, &http.Transport{
			DialContext: c.dial(&net.Dialer{Timeout: timeout}), DisableKeepAlives: !keepAlive, DisableCompression: true,
			MaxIdleConnsPerHost: 64, ResponseHeaderTimeout: timeout,
		})
	}
	return c
}

// dial remembers when each connection was opened. Go also dials for a request that then gets another connection, and keeps
// what it dialled until a later request uses it.
func (c *counted) dial(dialer *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err == nil {
			c.open.Store(conn.LocalAddr().String(), connection{opened: time.Now()})
		}
		return conn, err
	}
}

func (c *counted) RoundTrip(request *http.Request) (*http.Response, error) {
	c.tally.sent(c.kind)
	var connections atomic.Int32
	var used atomic.Pointer[use]
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if connections.Add(1) == 2 {
			c.tally.replayed(c.kind)
		}
		got := &use{address: info.Conn.LocalAddr().String()}
		known, _ := c.open.Load(got.address)
		got.on, _ = known.(connection)
		used.Store(got)
	}}
	traced := request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
	transport := c.transports[c.next.Add(1)%uint64(len(c.transports))]
	response, err := transport.RoundTrip(traced)
	got := used.Load()
	switch {
	case got == nil:
	case err != nil:
		c.failed.Store(request.Header.Get("X-Vegeta-Seq"), got.on)
		c.open.Delete(got.address)
	case transport.DisableKeepAlives:
		c.open.Delete(got.address)
	default:
		c.open.Store(got.address, connection{got.on.opened, response.Header.Get(backendHeader)})
	}
	return response, err
}

// connectionOf is what is known of the connection that a finished request was sent on.
func (c *counted) connectionOf(result *vegeta.Result) connection {
	if backend := result.Headers.Get(backendHeader); backend != "" || result.Error == "" {
		return connection{backend: backend}
	}
	on, known := c.failed.LoadAndDelete(sequence(result))
	if !known {
		return connection{}
	}
	return on.(connection)
}
