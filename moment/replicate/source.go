// Package replicate turns resamples into correlation matrices, 64 at a time.
//
// A resample enters every second moment through its counts alone: row i,
// drawn c_i times, adds c_i x_ia x_ib to the sum of products of columns a and
// b. The products do not depend on the resample, so they are packed once, and
// all moments of many resamples are one matrix product
//
//	M = C Z    C: counts, a row each replicate;  Z: pair products, a column each pair
//
// of small integers. README.md explains the layouts and the instruction sets.
//
// Most people need three calls:
//
//	s, err := replicate.New(columns, replicate.Options{}) // once
//	counts := s.NewCounts()                               // once a worker
//	var p replicate.Panel
//	for lane := range replicate.Lanes { counts.Set(lane, c) }
//	s.Fill(&p, counts) // p.R: correlations of 64 replicates
package replicate

import (
	"errors"
	"fmt"
	"math"
)

// Options of New. The zero value: all pairs, no weights, every row a unit.
type Options struct {
	// Pairs are the pairs of columns whose correlations are wanted, in the
	// order in which Panel.R shall hold them. Nil means all pairs without the
	// diagonal in packed lower order: (1,0), (2,0), (2,1), (3,0), ... (pair
	// (a,b), a > b, at a(a-1)/2+b). See BlockPairs for an order by blocks. Pairs
	// may be left out, or occur twice; the correlation of a column with itself
	// (an indicator repeated in a second block) is 1 up to rounding.
	Pairs [][2]int
	// Weights are the row weights, zero or above; nil counts every row once.
	// Rows of weight 0 are left out. Only ratios matter to a correlation.
	Weights []float64
	// Clusters is the unit that each row belongs to, from 0; nil makes every
	// row a unit of its own. A replicate then has one count a cluster, and
	// takes or repeats clusters whole. Strata need nothing here: they limit
	// which counts are drawn.
	Clusters []int
}

// Source holds the pair products of a survey, packed for the instruction set
// of this machine. It does not change after New; any number of goroutines may
// share it, each with its own Counts and Panel.
type Source struct {
	units   int // rows or clusters
	columns []column
	cluster []int // unit of each row; nil: itself
	active  []bool
	pairs   [][2]int32

	// Rows of M, the moments of a panel. Row 0 is the sum of weights, rows 1..p
	// the sums of columns, rows p+1..2p the sums of squares, rows 2p+1.. the
	// pairs in order; then come rows that only some data need.
	rows    int
	present int // sum of counts by row: 0, as the weights, if there are none

	ints   product       // columns of Z that are one digit each
	digits []digit       // what they are worth in M
	floats *floatProduct // columns of Z that are not
	float  []int         // their rows of M
	direct bool          // the integer product is M as it stands
	kernel *kernel

	constant []constancy
	filled   []filling
}

// digit says that a column of the integer product is worth scale in a row of M.
type digit struct {
	row   int32
	first bool // starts the row, later ones add to it
	scale float64
}

// New packs the products of the columns, given as one slice a variable, all of
// one length. The slices are not kept.
//
// A NaN cell is a hole: in every replicate it takes the mean of the column's
// other cells as counted in that replicate (mean replacement, redone). To
// delete such rows instead, take them out before.
//
// The error names the first column that cannot be used: of another length,
// infinite, or (Weights, Clusters, Pairs) out of range.
func New(columns [][]float64, o Options) (*Source, error) {
	return newSource(columns, o, best)
}

func newSource(columns [][]float64, o Options, k *kernel) (*Source, error) {
	s := &Source{kernel: k}
	if err := s.check(columns, &o); err != nil {
		return nil, err
	}
	weights := s.weigh(len(columns[0]), o.Weights)
	for _, x := range columns {
		s.columns = append(s.columns, newColumn(x, s.active))
	}
	b := newBuilder(s, weights)
	exact := b.base()
	b.gaps()
	b.tests(exact)
	b.fillings()
	b.finish()
	return s, nil
}

// check finds what cannot be used, sets the units and completes the pairs.
func (s *Source) check(columns [][]float64, o *Options) error {
	if len(columns) == 0 || len(columns[0]) == 0 {
		return errors.New("replicate: no columns or no rows")
	}
	n, p := len(columns[0]), len(columns)
	for a, x := range columns {
		if len(x) != n {
			return fmt.Errorf("replicate: column %d has %d rows, column 0 has %d", a, len(x), n)
		}
		for i, v := range x {
			if math.IsInf(v, 0) {
				return fmt.Errorf("replicate: column %d is infinite in row %d", a, i)
			}
		}
	}
	if o.Weights != nil && len(o.Weights) != n {
		return fmt.Errorf("replicate: %d weights for %d rows", len(o.Weights), n)
	}
	for i, w := range o.Weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("replicate: the weight of row %d is %v", i, w)
		}
	}
	s.units = n
	if o.Clusters != nil {
		if len(o.Clusters) != n {
			return fmt.Errorf("replicate: %d cluster numbers for %d rows", len(o.Clusters), n)
		}
		s.units = 0
		for i, u := range o.Clusters {
			if u < 0 || u >= n {
				return fmt.Errorf("replicate: row %d is in cluster %d; clusters are numbered from 0, and there are %d rows", i, u, n)
			}
			s.units = max(s.units, u+1)
		}
		s.cluster = append([]int(nil), o.Clusters...)
	}
	if o.Pairs == nil {
		o.Pairs = BlockPairs(p)
	}
	for k, ab := range o.Pairs {
		if min(ab[0], ab[1]) < 0 || max(ab[0], ab[1]) >= p {
			return fmt.Errorf("replicate: pair %d is of columns %d and %d, and there are %d", k, ab[0], ab[1], p)
		}
		s.pairs = append(s.pairs, [2]int32{int32(ab[0]), int32(ab[1])})
	}
	return nil
}

// weigh notes the rows that take part and returns the weights times the power
// of ten that makes them whole, if there is a small one.
func (s *Source) weigh(n int, weights []float64) []float64 {
	s.active = make([]bool, n)
	for i := range s.active {
		s.active[i] = weights == nil || weights[i] > 0
	}
	if weights == nil {
		return nil
	}
	w := append([]float64(nil), weights...)
	if f := decimals(w); f > 1 {
		for i, v := range w {
			w[i] = math.Round(v * f)
		}
	} else if f == 0 {
		scaleToOne(w)
	}
	return w
}

// Units is the number of counts of a replicate: rows, or clusters.
func (s *Source) Units() int { return s.units }

// Kernel names the instruction set in use: "avx512-vnni", "avx2" or "go".
// Results do not depend on it.
func (s *Source) Kernel() string { return s.kernel.name }

// BlockPairs lists the pairs of consecutive blocks of columns (the indicators
// of one construct each), so that the correlations of a pair of blocks stand
// together: for every block h and every block g <= h in packed lower order of
// blocks, the pairs (a, b), a in h, b in g, row by row; of a block with itself
// only b < a. One block of all columns, and blocks of one column each, both
// give the plain packed lower order.
func BlockPairs(sizes ...int) [][2]int {
	var pairs [][2]int
	h0 := 0
	for h, size := range sizes {
		g0 := 0
		for _, other := range sizes[:h+1] {
			for a := h0; a < h0+size; a++ {
				for b := g0; b < min(g0+other, a); b++ {
					pairs = append(pairs, [2]int{a, b})
				}
			}
			g0 += other
		}
		h0 += size
	}
	return pairs
}
