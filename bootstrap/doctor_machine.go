package bootstrap

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"kmsgateway/bootstrap/admin"
)

// What a disk must do. A vote of the ledger waits for one fsync: with the lan profile a leader has
// 150 ms in all.
const (
	fsyncs      = 20 // measured
	fsyncSlow   = 20 * time.Millisecond
	fsyncFailed = 150 * time.Millisecond
	spaceLow    = 1 << 30   // bytes
	spaceGone   = 100 << 20 // bytes
)

// lookAtPorts tries to listen wherever the process does.
func (p *patient) lookAtPorts(context.Context) []Check {
	runs := false
	if client, err := admin.Dial(filepath.Join(p.data, admin.SocketName)); err == nil {
		runs = true
		client.Close()
	}
	var checks []Check
	for _, at := range p.addresses {
		if at[1] != "" {
			checks = append(checks, lookAtPort(at[0], at[1], runs))
		}
	}
	return checks
}

// lookAtPort tells whether the process can listen, or does already.
func lookAtPort(key, address string, runs bool) Check {
	name := "port " + address
	listener, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		_ = listener.Close() // nobody was served
		return fine(name, "free, for %s", key)
	case errors.Is(err, unix.EADDRINUSE) && runs:
		return fine(name, "in use, and this process runs")
	case errors.Is(err, unix.EADDRINUSE):
		return broken(name, "stop what listens there, or change "+key,
			"taken by another process, and this one does not run")
	default:
		return broken(name, "correct "+key, "%v", err)
	}
}

// lookAtDisk writes and syncs in the data folder, or where it will be made.
func (p *patient) lookAtDisk(ctx context.Context) []Check {
	folder, err := nearest(p.data)
	if err != nil {
		return []Check{broken("disk", "correct node.data or party.data", "%v", err)}
	}
	slowest, median, err := syncTimes(ctx, folder)
	if err != nil {
		return []Check{broken("disk", "give the process's user the right to write there", "%v", err)}
	}
	checks := []Check{diskSpeed(folder, median, slowest)}
	var space unix.Statfs_t
	if err := unix.Statfs(folder, &space); err != nil {
		return append(checks, broken("space", "look at the file system", "%v", err))
	}
	return append(checks, diskSpace(folder, space.Bavail*uint64(space.Bsize)))
}

// nearest is the folder, or the first one above it that exists.
func nearest(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for {
		info, err := os.Stat(folder)
		if err == nil && !info.IsDir() {
			return "", fmt.Errorf("%s is no folder", folder)
		}
		above := filepath.Dir(folder)
		if err == nil || above == folder {
			return folder, nil
		}
		folder = above
	}
}

func diskSpeed(folder string, median, slowest time.Duration) Check {
	says := fmt.Sprintf("fsync in %s: median %v, slowest %v", folder,
		median.Round(10*time.Microsecond), slowest.Round(10*time.Microsecond))
	const remedy = "use a local disk with a write cache that survives power loss"
	switch {
	case median > fsyncFailed:
		return broken("disk", remedy, "%s", says)
	case median > fsyncSlow || slowest > fsyncFailed:
		return doubtful("disk", remedy, "%s", says)
	default:
		return fine("disk", "%s", says)
	}
}

func diskSpace(folder string, free uint64) Check {
	says := fmt.Sprintf("%d MiB free in %s", free>>20, folder)
	switch {
	case free < spaceGone:
		return broken("space", "make room", "%s", says)
	case free < spaceLow:
		return doubtful("space", "make room", "%s", says)
	default:
		return fine("space", "%s", says)
	}
}

// syncTimes measures fsync of a block in a file of its own.
func syncTimes(ctx context.Context, folder string) (slowest, median time.Duration, err error) {
	file, err := os.CreateTemp(folder, ".doctor.*")
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	block := make([]byte, 4096)
	_, _ = rand.Read(block) // it never fails
	var times []time.Duration
	for len(times) < fsyncs && ctx.Err() == nil {
		began := time.Now()
		if _, err := file.WriteAt(block, 0); err != nil {
			return 0, 0, err
		}
		if err := file.Sync(); err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(began))
	}
	if len(times) == 0 {
		return 0, 0, ctx.Err()
	}
	slices.Sort(times)
	return times[len(times)-1], times[len(times)/2], nil
}
