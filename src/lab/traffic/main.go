// Command traffic sends a constant, open-loop rate of requests at a target and counts every one of them.
//
// Half of the requests are GETs on fresh connections, half are POSTs on kept-alive connections (Go's client silently
// replays a GET on a reused connection that died, which would hide a lost request). Downloads start at a steady pace, so
// that some are in flight across every change. It runs until SIGTERM or SIGINT, stops sending, waits for what is in
// flight, and prints one JSON line with the counts.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type settings struct {
	target          string
	rate            int
	connections     int
	timeout         time.Duration
	duration        time.Duration
	downloadEvery   time.Duration
	downloadPath    string
	downloadTimeout time.Duration
	events          string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("traffic: ")
	s := parse()
	raiseOpenFiles()

	var out io.Writer = os.Stdout
	if s.events != "" {
		file, err := os.OpenFile(s.events, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			log.Fatal(err)
		}
		defer file.Close()
		out = file
	}

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	var deadline <-chan time.Time
	if s.duration > 0 {
		deadline = time.After(s.duration)
	}

	t := newTraffic(s, newTally(out))
	t.start()
	select {
	case <-stop:
	case <-deadline:
	}
	t.finish()
	if err := json.NewEncoder(os.Stdout).Encode(t.tally.summary()); err != nil {
		log.Fatal(err)
	}
}

func parse() settings {
	var s settings
	flag.StringVar(&s.target, "target", "", "where to send requests, such as http://198.18.0.201:80")
	flag.IntVar(&s.rate, "rate", 100, "requests a second, half of them on fresh connections and half kept alive; 0 sends none")
	flag.IntVar(&s.connections, "connections", 8, "kept-alive connections to spread requests over")
	flag.DurationVar(&s.timeout, "timeout", 5*time.Second, "a request that takes longer has failed")
	flag.DurationVar(&s.duration, "duration", 0, "stop after this long; 0 runs until SIGTERM or SIGINT")
	flag.DurationVar(&s.downloadEvery, "download-every", 0, "start a download this often; 0 starts none")
	flag.StringVar(&s.downloadPath, "download-path", "/slow/8", "what to download")
	flag.DurationVar(&s.downloadTimeout, "download-timeout", 2*time.Minute, "a download that takes longer is broken")
	flag.StringVar(&s.events, "events", "", "append a line a second, and one for each failure, to this file; default: standard output")
	flag.Parse()
	if s.target == "" || flag.NArg() > 0 || s.rate < 0 || s.connections < 1 {
		flag.Usage()
		os.Exit(2)
	}
	return s
}

// raiseOpenFiles lifts the soft limit of open files to the hard one: fresh connections need one each while in flight.
func raiseOpenFiles() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
}
