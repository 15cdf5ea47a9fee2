//go:build !linux

package vetkd_test

import "time"

// processStart anchors a monotonic clock.
var processStart = time.Now()

// threadTime is elapsed time, where the thread's own CPU time is not to be had.
func threadTime() time.Duration { return time.Since(processStart) }
