package cmd

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk/config"
)

// stopTimeout bounds the orderly end; systemd kills after 90 s.
const stopTimeout = 20 * time.Second

// process is the whole daemon, as this package sees it.
type process interface {
	// Start returns when visitors and the admin are served.
	Start(ctx context.Context) error
	// Stop undoes Start.
	Stop(ctx context.Context) error
	// Reload takes over what can be taken over and returns the keys that need a
	// restart.
	Reload(c config.Config) []string
}

// serveOptions are the flags of serve.
type serveOptions struct {
	Demo bool
}

// AddFlags declares the flags.
func (o *serveOptions) AddFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.Demo, "demo", false, "serve the demo shop under /demo/ too")
}

func newServeCommand(g *globals) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use: "serve", Short: "Run the daemon", Args: cobra.NoArgs,
		Long: `Run the daemon until SIGINT or SIGTERM. SIGHUP reads the configuration again:
what can change while running changes, and the log names what needs a restart.`,
		RunE: func(c *cobra.Command, _ []string) error {
			signals := make(chan os.Signal, 4)
			signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
			defer signal.Stop(signals)
			return runServe(c.Context(), o, g, signals)
		},
	}
	o.AddFlags(c.Flags())
	return c
}

func runServe(ctx context.Context, o serveOptions, g *globals, signals chan os.Signal) error {
	c, err := config.Load(g.config)
	if err != nil {
		return err
	}
	var level slog.LevelVar
	log := newLogger(g, c.Log, &level)
	for _, w := range config.Warnings(g.config, c) {
		log.Warn("configuration", "warning", w)
	}
	p, err := g.newProcess(c, log, o)
	if err != nil {
		return err
	}
	if err := p.Start(ctx); err != nil {
		return err
	}
	tellSystemd(log, daemon.SdNotifyReady)
	untilStopped(g, p, log, &level, signals)
	tellSystemd(log, daemon.SdNotifyStopping)
	signal.Stop(signals) // a second signal kills at once
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	log.Info("stopped")
	return nil
}

// untilStopped carries out signals and returns at the one that ends the daemon.
func untilStopped(g *globals, p process, log *slog.Logger, level *slog.LevelVar, signals <-chan os.Signal) {
	for s := range signals {
		if s != syscall.SIGHUP {
			log.Info("stopping", "signal", s.String())
			return
		}
		tellSystemd(log, daemon.SdNotifyReloading+"\n"+daemon.SdNotifyMonotonicUsec())
		reload(g, p, log, level)
		tellSystemd(log, daemon.SdNotifyReady)
	}
}

// reload reads the configuration again. A bad one changes nothing.
func reload(g *globals, p process, log *slog.Logger, level *slog.LevelVar) {
	c, err := config.Load(g.config)
	if err != nil {
		log.Error("the configuration is not reloaded", "err", err)
		return
	}
	setLevel(level, c.Log)
	for _, w := range config.Warnings(g.config, c) {
		log.Warn("configuration", "warning", w)
	}
	for _, key := range p.Reload(c) {
		log.Warn("this key needs a restart", "key", key)
	}
	log.Info("the configuration is reloaded")
}

func newLogger(g *globals, c config.Log, level *slog.LevelVar) *slog.Logger {
	setLevel(level, c)
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(g.err, options))
	}
	return slog.New(slog.NewTextHandler(g.err, options))
}

// setLevel takes a level that was validated.
func setLevel(level *slog.LevelVar, c config.Log) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(c.Level)); err == nil {
		level.Set(l)
	}
}

// tellSystemd says how the service is; without systemd it does nothing.
func tellSystemd(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("tell systemd", "state", state, "err", err)
	}
}
