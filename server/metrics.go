package server

import (
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metric is one number of a snapshot. Names and labels are fixed: nothing that
// a visitor sends ever becomes one.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(snapshot) float64
}

// metrics reads the parts' snapshots when Prometheus asks.
type metrics struct {
	take func() snapshot
	all  []metric
}

// Describe implements prometheus.Collector.
func (m metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, x := range m.all {
		ch <- x.desc
	}
}

// Collect implements prometheus.Collector.
func (m metrics) Collect(ch chan<- prometheus.Metric) {
	now := m.take()
	for _, x := range m.all {
		ch <- prometheus.MustNewConstMetric(x.desc, x.kind, x.read(now))
	}
}

func gauge(name, help string, read func(snapshot) float64) metric {
	return metric{prometheus.NewDesc("frontdesk_"+name, help, nil, nil), prometheus.GaugeValue, read}
}

func count(name, help string, read func(snapshot) float64) metric {
	return metric{prometheus.NewDesc("frontdesk_"+name+"_total", help, nil, nil), prometheus.CounterValue, read}
}

func (s *Server) metricsServer() *http.Server {
	registry := prometheus.NewRegistry()
	registry.MustRegister(metrics{s.snapshot, allMetrics()}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}
