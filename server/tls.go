package server

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync/atomic"

	"frontdesk/config"
)

// certificate is the pair that our own listener shows. It may be exchanged
// while connections come.
type certificate struct {
	current atomic.Pointer[tls.Certificate]
}

// load takes a pair of PEM files; a bad one changes nothing.
func (c *certificate) load(h config.HTTP) error {
	pair, err := tls.LoadX509KeyPair(h.TLSCert, h.TLSKey)
	if err != nil {
		return fmt.Errorf("http.tls_cert, http.tls_key: %w", err)
	}
	c.current.Store(&pair)
	return nil
}

// config offers HTTP/2 and HTTP/1.1: a WebSocket begins with the latter.
func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return c.current.Load(), nil
		},
	}
}

// secured puts TLS on the listener when the configuration has a pair.
func (s *Server) secured(l net.Listener) (net.Listener, error) {
	if s.cfg.HTTP.TLSCert == "" {
		return l, nil
	}
	if err := s.certificate.load(s.cfg.HTTP); err != nil {
		return nil, err
	}
	return tls.NewListener(l, s.certificate.config()), nil
}

// renew reads the pair again, also from other files. Only a change between TLS
// and none is left for a restart.
func (s *Server) renew(now config.HTTP) {
	if s.cfg.HTTP.TLSCert == "" || now.TLSCert == "" {
		return
	}
	if err := s.certificate.load(now); err != nil {
		s.log.Error("the certificate is not read again, the old one stays", "err", err)
		return
	}
	s.cfg.HTTP.TLSCert, s.cfg.HTTP.TLSKey = now.TLSCert, now.TLSKey
	s.log.Info("the certificate is reloaded")
}

// withoutPair leaves what a restart is needed for: whether there is TLS at all.
func withoutPair(h config.HTTP) config.HTTP {
	if h.TLSCert != "" {
		h.TLSCert, h.TLSKey = "on", "on"
	}
	return h
}
