package resample

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/streams.golden anew: every published result changes with it")

// TestGolden pins the streams, the tables and the replicates of every plan.
// A change here changes the numbers of studies that people have published with
// their seed: it is a change of the format, not of the implementation.
func TestGolden(t *testing.T) {
	const file = "testdata/streams.golden"
	var b bytes.Buffer
	b.WriteString("The first 64 outputs of the stream of (seed, replicate).\n")
	for _, at := range [][2]uint64{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {42, 9999}, {20260101, 1 << 40}, {math.MaxUint64, math.MaxUint64}} {
		fmt.Fprintf(&b, "\nseed %d replicate %d\n", at[0], at[1])
		writeStream(&b, newStream(at[0], at[1]))
	}
	b.WriteString("\nseed 1 replicate 2 inner 3\n")
	writeStream(&b, newStream(innerSeed(1, 2), 3))

	b.WriteString("\nThe tables of n units: threshold, alias, residual law.\n")
	for _, n := range []int{cellsFrom, 344, 100000} {
		p := poisson(rate(n))
		table := newCells(p, roundDown(p))
		fmt.Fprintf(&b, "\nn %d rate %d\n%08x\n%x\n%x\n", n, rate(n), table.threshold, table.alias, table.residual)
	}

	b.WriteString("\nSHA-256 of replicates 0..199 of a plan over n rows, int32 little-endian: coefficients,\nthen labels or inner resample 0.\n\n")
	for _, n := range []int{20, 62, 344, 5000} {
		for _, p := range plans(n) {
			s := sampler(t, p.plan)
			c, more, position := make([]int32, s.Units()), make([]int32, s.Units()), make([]int32, s.Units())
			h := sha256.New()
			for r := range min(200, s.Replicates()) {
				s.Draw(r, c)
				h.Write(littleEndian(c))
				switch s.kind {
				case bootstrap:
					s.Positions(c, position)
					s.Inner(r, 0, position, more)
					h.Write(littleEndian(more))
				case permutation, folds:
					s.Labels(r, more)
					h.Write(littleEndian(more))
				}
			}
			fmt.Fprintf(&b, "%x %d %s\n", h.Sum(nil), n, p.name)
		}
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		got, want := bytes.Split(b.Bytes(), []byte("\n")), bytes.Split(want, []byte("\n"))
		for i := range min(len(got), len(want)) {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("line %d of %s:\n got %s\nwant %s", i+1, file, got[i], want[i])
			}
		}
		t.Errorf("%s has %d lines, want %d", file, len(want), len(got))
	}
}

func littleEndian(c []int32) (b []byte) {
	for _, v := range c {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b
}

func writeStream(b *bytes.Buffer, g stream) {
	for k := range 64 {
		var u uint32
		u, g = g.next()
		fmt.Fprintf(b, "%08x%s", u, map[bool]string{true: "\n", false: " "}[k%8 == 7])
	}
}
