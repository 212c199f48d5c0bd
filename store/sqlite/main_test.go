package sqlite

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or, in the child process of the durability test,
// the writer that is killed.
func TestMain(m *testing.M) {
	if url := os.Getenv(loadEnv); url != "" {
		load(url)
		return
	}
	goleak.VerifyTestMain(m)
}
