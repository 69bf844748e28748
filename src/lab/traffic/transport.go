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
	uses       sync.Map // vegeta's sequence number of a request that connectionOf has not been asked for yet → connection
}

// idleTimeout closes what a pool has too much of before a server does, which may close it just when a request is sent on it.
const idleTimeout = 3 * time.Second

// newCounted spreads requests over so many transports: Go's pool hands out the connection used last, so one pool at a
// low rate would use one connection, hence one backend, for ever.
func newCounted(t *tally, k kind, connections int, keepAlive bool, timeout time.Duration) *counted {
	c := &counted{kind: k, tally: t}
	for range connections {
		c.transports = append(c.transports, &http.Transport{
			DialContext: c.dial(&net.Dialer{Timeout: timeout}), DisableKeepAlives: !keepAlive, DisableCompression: true,
			MaxIdleConnsPerHost: 64, IdleConnTimeout: idleTimeout, ResponseHeaderTimeout: timeout,
		})
	}
	return c
}

// dial remembers when each connection was opened, at the earliest: the kernel may have opened it long before this process runs
// again. Go also dials for a request that then gets another connection, and keeps what it dialled until a later request uses it.
func (c *counted) dial(dialer *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		began := time.Now()
		conn, err := dialer.DialContext(ctx, network, address)
		if err == nil {
			c.open.Store(conn.LocalAddr().String(), connection{opened: began})
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
	if got := used.Load(); got != nil {
		if err == nil {
			got.on.backend = response.Header.Get(backendHeader)
		}
		if err == nil && !transport.DisableKeepAlives {
			c.open.Store(got.address, got.on)
		} else {
			c.open.Delete(got.address)
		}
		// One that was answered too: its body may break, and the result of that does not have the answer's headers.
		if number := request.Header.Get("X-Vegeta-Seq"); number != "" {
			c.uses.Store(number, got.on)
		}
	}
	return response, err
}

// connectionOf is what is known of the connection that a finished request was sent on. It is forgotten with that: every
// request of an attack is asked for once.
func (c *counted) connectionOf(result *vegeta.Result) connection {
	on, known := c.uses.LoadAndDelete(sequence(result))
	if !known {
		return connection{}
	}
	return on.(connection)
}
