package infer

import (
	"math/bits"

	"plumb/moment/replicate"
	"plumb/pls/lanes"
)

// The fast path: counts times pair products give the correlations of 64
// replicates at once (moment/replicate), and the estimator runs on eight of
// them at a time (pls/lanes).

// maxPacked bounds the memory of the packed pair products, in bytes at one byte
// a product; beyond it the general path sums rows anew for every replicate.
const maxPacked = 1 << 30

// pack returns the pair products of the rows, or nil where they would be too
// many.
func pack(p Problem) (*replicate.Source, error) {
	columns := p.Rows.Columns()
	k := len(columns)
	if int64(p.Rows.Len())*int64(k*(k+3)/2) > maxPacked {
		return nil, nil
	}
	return replicate.New(columns, replicate.Options{Weights: p.Rows.Weights(), Clusters: p.Units})
}

// fast is the scratch space of the fast path of one worker.
type fast struct {
	source *replicate.Source
	counts *replicate.Counts
	panel  replicate.Panel
	solver *lanes.Solver
	units  []uint8
}

func newFast(source *replicate.Source, solver *lanes.Solver) *fast {
	return &fast{source: source, counts: source.NewCounts(), solver: solver.Clone(), units: make([]uint8, source.Units())}
}

// draw sets the counts of n replicates; those beyond, up to a whole batch, may
// hold anything. units is scratch space.
func (f *fast) draw(units []int32, n int, d draws) {
	f.counts.Reset()
	if d.batch != nil {
		for k := 0; k < n; k += replicate.Batch {
			wide := f.counts.SetWords(k, func(words []uint32) [replicate.Batch]uint32 { return d.batch(k, words) })
			for ; wide != 0; wide &= wide - 1 {
				lane := k + bits.TrailingZeros16(wide)
				d.ints(lane, units)
				f.counts.Set(lane, units)
			}
		}
		return
	}
	for k := range n {
		if d.bytes != nil && d.bytes(k, f.units) {
			f.counts.SetBytes(k, f.units)
			continue
		}
		d.ints(k, units)
		f.counts.Set(k, units)
	}
}

func (f *fast) block(w *worker, n int, d draws) {
	f.draw(w.units, n, d)
	f.source.Fill(&f.panel, f.counts)
	for first := 0; first < n; first += lanes.Width {
		in := lanes.Input{R: f.panel.R[first/lanes.Width], Bad: uint8(f.panel.Bad >> first), Cases: lanes.Vector(f.panel.N[first:])}
		out := f.solver.Solve(in)
		table := f.solver.Measure()
		for i := range w.values {
			*(*lanes.Vector)(w.values[i][first:]) = table[i]
		}
		for l := range lanes.Width {
			w.status[first+l] = laneStatus(out, uint8(1)<<l)
		}
		// Collinear predecessors have no unique answer; the general path gives
		// the shortest. (Lanes that are Bad have none at all.)
		for again := out.Degenerate &^ in.Bad; again != 0; again &= again - 1 {
			if k := first + bits.TrailingZeros8(again); k < n {
				d.ints(k, w.units)
				w.general(k, w.units)
			}
		}
	}
}

func laneStatus(out *lanes.Result, lane uint8) Status {
	switch {
	case out.Degenerate&lane != 0:
		return Degenerate
	case out.Converged&lane == 0:
		return NotConverged
	case out.Inadmissible&lane != 0:
		return Inadmissible
	}
	return Fine
}
