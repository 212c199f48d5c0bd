//go:build bench

package bench_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Cores: the servers have one, the load generator the other.
const (
	serverCore = 0
	loadCore   = 1
)

// pin keeps every thread of this process on the load generator's core.
func pin() error {
	var set unix.CPUSet
	set.Set(loadCore % runtime.NumCPU())
	tasks, err := filepath.Glob("/proc/self/task/*")
	if err != nil {
		return err
	}
	for _, task := range tasks {
		tid, _ := strconv.Atoi(filepath.Base(task))
		if err := unix.SchedSetaffinity(tid, &set); err != nil {
			return fmt.Errorf("pin thread %d: %w", tid, err)
		}
	}
	return nil
}

// onServerCore calls f on a thread whose children begin on the servers' core.
// The thread is not used again: it ends with its goroutine.
func onServerCore(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var server, load unix.CPUSet
		server.Set(serverCore)
		load.Set(loadCore % runtime.NumCPU())
		_ = unix.SchedSetaffinity(0, &server)
		defer func() { _ = unix.SchedSetaffinity(0, &load) }()
		f()
	}()
	<-done
}

// family returns a process and all below it.
func family(pid int) []int {
	all := []int{pid}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for child := range strings.FieldsSeq(string(text)) {
			n, _ := strconv.Atoi(child)
			all = append(all, family(n)...)
		}
	}
	return all
}

// cpu returns the CPU time that a process and all below it have used.
func cpu(pid int) time.Duration {
	var ticks int64
	for _, p := range family(pid) {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
		_, rest, _ := bytes.Cut(text, []byte(") "))
		fields := strings.Fields(string(rest))
		if len(fields) < 13 {
			continue
		}
		user, _ := strconv.ParseInt(fields[11], 10, 64)
		system, _ := strconv.ParseInt(fields[12], 10, 64)
		ticks += user + system
	}
	return time.Duration(ticks) * (time.Second / 100)
}

// rss returns the resident memory of a process and all below it in bytes.
func rss(pid int) int64 {
	var sum int64
	for _, p := range family(pid) {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
		_, rest, found := strings.Cut(string(text), "VmRSS:")
		if !found {
			continue
		}
		kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		sum += kib << 10
	}
	return sum
}
