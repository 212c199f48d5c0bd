package cmd

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"frontdesk/config"
)

func TestLogLevelAndFormat(t *testing.T) {
	for _, c := range []struct{ level, format, first string }{
		{"debug", "text", "level=DEBUG msg=d"},
		{"info", "text", "level=INFO msg=i"},
		{"warn", "json", `"level":"WARN","msg":"w"`},
		{"error", "json", `"level":"ERROR","msg":"e"`},
	} {
		var out bytes.Buffer
		var level slog.LevelVar
		log := newLogger(&globals{err: plain{&out}}, config.Log{Level: c.level, Format: c.format}, &level)
		log.Debug("d")
		log.Info("i")
		log.Warn("w")
		log.Error("e")
		first, _, _ := strings.Cut(out.String(), "\n")
		if !strings.Contains(first, c.first) {
			t.Errorf("level %s, format %s: the first line is %s", c.level, c.format, first)
		}
	}
}
