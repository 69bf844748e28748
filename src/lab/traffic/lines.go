package main

// secondLine is written every second. Sent, failed and broken count from the start; latencies are of this second.
type secondLine struct {
	Type      string  `json:"type"`
	Time      string  `json:"time"`
	Sent      int     `json:"sent"`
	Failed    int     `json:"failed"`
	Downloads int     `json:"downloadsInFlight"`
	Broken    int     `json:"broken"`
	P50       float64 `json:"p50ms"`
	P99       float64 `json:"p99ms"`
}

// failureLine is written for each request that failed and each download that broke. Opened is when the connection was
// that it was sent on.
type failureLine struct {
	Type    string `json:"type"`
	Time    string `json:"time"`
	Kind    kind   `json:"kind"`
	Started string `json:"started"`
	Opened  string `json:"opened"`
	Error   string `json:"error"`
	Backend string `json:"backend,omitempty"`
}

// summaryLine is the last line. Replayed requests are those that the client sent more than once by itself; they are not
// failures, and are counted apart so that a test can insist on none.
type summaryLine struct {
	Type              string       `json:"type"`
	Seconds           float64      `json:"seconds"`
	Requests          int          `json:"requests"`
	Failed            int          `json:"failed"`
	Fresh             clientCounts `json:"fresh"`
	Kept              clientCounts `json:"kept"`
	Downloads         int          `json:"downloads"`
	Broken            int          `json:"broken"`
	Replayed          int          `json:"replayed"`
	DownloadsReplayed int          `json:"downloadsReplayed"`
	P50               float64      `json:"p50ms"`
	P99               float64      `json:"p99ms"`
}

type clientCounts struct {
	Requests int `json:"requests"`
	Failed   int `json:"failed"`
	Replayed int `json:"replayed"`
}
