package main

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// kind tells the three sorts of clients apart.
type kind string

const (
	freshKind    kind = "fresh"
	keptKind     kind = "kept"
	downloadKind kind = "download"
)

// tally counts everything, and writes a line a second and one for each failure.
type tally struct {
	mu        sync.Mutex
	out       *json.Encoder
	began     time.Time
	sends     map[kind]int
	answered  map[kind]int
	failures  map[kind]int
	replays   map[kind]int
	inFlight  int
	latencies vegeta.LatencyMetrics
	second    []time.Duration // latencies since the last line
}

func newTally(out io.Writer) *tally {
	return &tally{
		out: json.NewEncoder(out), began: time.Now(),
		sends: map[kind]int{}, answered: map[kind]int{}, failures: map[kind]int{}, replays: map[kind]int{},
	}
}

func (t *tally) sent(k kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sends[k]++
}

func (t *tally) replayed(k kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replays[k]++
}

// request counts one finished request: anything but a complete 200 has failed.
func (t *tally) request(k kind, result *vegeta.Result, on connection) {
	reason := result.Error
	if reason == "" && result.Code != http.StatusOK {
		reason = "status " + strconv.Itoa(int(result.Code))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answered[k]++
	t.latencies.Add(result.Latency)
	t.second = append(t.second, result.Latency)
	if reason != "" {
		t.failed(k, result.Timestamp, reason, on)
	}
}

func (t *tally) downloadStarted() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight++
	return time.Now()
}

func (t *tally) downloadEnded(started time.Time, backend string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight--
	t.answered[downloadKind]++
	if err != nil {
		t.failed(downloadKind, started, err.Error(), connection{started, backend})
	}
}

// failed needs the lock. A request that got no connection counts as one that would have opened one.
func (t *tally) failed(k kind, started time.Time, reason string, on connection) {
	t.failures[k]++
	opened := on.opened
	if opened.IsZero() {
		opened = started
	}
	t.write(failureLine{"failure", stamp(time.Now()), k, stamp(started), stamp(opened), reason, on.backend})
}

func (t *tally) everySecond(quit <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-quit:
			return
		case <-tick.C:
			t.mu.Lock()
			t.write(secondLine{
				"second", stamp(time.Now()), t.sends[freshKind] + t.sends[keptKind],
				t.failures[freshKind] + t.failures[keptKind], t.inFlight, t.failures[downloadKind],
				milliseconds(quantile(t.second, 0.50)), milliseconds(quantile(t.second, 0.99)),
			})
			t.second = t.second[:0]
			t.mu.Unlock()
		}
	}
}

func (t *tally) summary() summaryLine {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := summaryLine{
		Type: "summary", Seconds: time.Since(t.began).Seconds(),
		Requests: t.answered[freshKind] + t.answered[keptKind], Failed: t.failures[freshKind] + t.failures[keptKind],
		Fresh: t.client(freshKind), Kept: t.client(keptKind),
		Downloads: t.answered[downloadKind], Broken: t.failures[downloadKind],
		Replayed: t.replays[freshKind] + t.replays[keptKind], DownloadsReplayed: t.replays[downloadKind],
	}
	if s.Requests > 0 {
		s.P50 = milliseconds(t.latencies.Quantile(0.50))
		s.P99 = milliseconds(t.latencies.Quantile(0.99))
	}
	return s
}

func (t *tally) client(k kind) clientCounts {
	return clientCounts{t.answered[k], t.failures[k], t.replays[k]}
}

// write needs the lock. A reader that went away must not stop the counting.
func (t *tally) write(line any) { _ = t.out.Encode(line) }

func quantile(values []time.Duration, q float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[int(q*float64(len(values)-1))]
}

func milliseconds(d time.Duration) float64 { return float64(d.Round(10*time.Microsecond)) / 1e6 }

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func sequence(result *vegeta.Result) string { return strconv.FormatUint(result.Seq, 10) }
