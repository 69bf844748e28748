package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// traffic is one run: two attackers and a starter of downloads, all counted in one tally.
type traffic struct {
	settings
	tally     *tally
	attackers []*vegeta.Attacker
	quit      chan struct{}
	running   sync.WaitGroup
}

func newTraffic(s settings, t *tally) *traffic {
	return &traffic{settings: s, tally: t, quit: make(chan struct{})}
}

func (t *traffic) start() {
	fresh := t.rate / 2
	t.attack(freshKind, http.MethodGet, fresh, newCounted(t.tally, freshKind, 1, false, t.timeout))
	t.attack(keptKind, http.MethodPost, t.rate-fresh, newCounted(t.tally, keptKind, t.connections, true, t.timeout))
	if t.downloadEvery > 0 {
		t.running.Add(1)
		go t.downloads()
	}
	go t.tally.everySecond(t.quit)
}

// finish stops sending and waits until nothing is in flight any more; the timeouts bound the wait.
func (t *traffic) finish() {
	for _, attacker := range t.attackers {
		attacker.Stop()
	}
	close(t.quit)
	t.running.Wait()
}

func (t *traffic) attack(kind kind, method string, rate int, transport *counted) {
	if rate == 0 {
		return
	}
	target := vegeta.Target{Method: method, URL: t.target + "/"}
	if method == http.MethodPost {
		target.Body = []byte("kept alive")
	}
	// The client bounds the whole request, body included. Redirects are not followed: anything but 200 is a failure.
	attacker := vegeta.NewAttacker(vegeta.Client(&http.Client{
		Transport: transport, Timeout: t.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	t.attackers = append(t.attackers, attacker)
	pace := vegeta.Rate{Freq: rate, Per: time.Second}
	results := attacker.Attack(vegeta.NewStaticTargeter(target), pace, 0, string(kind))
	t.running.Add(1)
	go func() {
		defer t.running.Done()
		for result := range results {
			t.tally.request(kind, result, transport.connectionOf(result))
		}
	}()
}

// downloads starts each when it is due, and makes up for those that came due while this process did not run: there are as many
// in flight as there shall be, however slow the machine or the target is.
func (t *traffic) downloads() {
	defer t.running.Done()
	transport := newCounted(t.tally, downloadKind, 1, false, t.timeout)
	client := &http.Client{Transport: transport, Timeout: t.downloadTimeout}
	for due := time.Now(); ; due = due.Add(t.downloadEvery) {
		select {
		case <-t.quit:
			return
		case <-time.After(time.Until(due)):
		}
		t.running.Add(1)
		go func() {
			defer t.running.Done()
			started := t.tally.downloadStarted()
			backend, err := download(client, t.target+t.downloadPath)
			t.tally.downloadEnded(started, backend, err)
		}()
	}
}

// download reads a body to its end; a body shorter than announced comes back as io.ErrUnexpectedEOF.
func download(client *http.Client, url string) (backend string, err error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	backend = response.Header.Get(backendHeader)
	n, err := io.Copy(io.Discard, response.Body)
	switch {
	case err != nil:
		return backend, fmt.Errorf("after %d of %d bytes: %w", n, response.ContentLength, err)
	case response.StatusCode != http.StatusOK:
		return backend, errors.New(response.Status)
	case response.ContentLength >= 0 && n < response.ContentLength:
		return backend, fmt.Errorf("%d of %d bytes", n, response.ContentLength)
	}
	return backend, nil
}
