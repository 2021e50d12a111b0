package replicate

import (
	"math/bits"
	"unsafe"
)

const (
	// Lanes is the number of replicates of a panel.
	Lanes = 64
	// Width is the number of replicates that stand side by side in memory, one
	// 512-bit vector of float64.
	Width = 8
	// Groups is the number of such groups in a panel.
	Groups = Lanes / Width
)

// Panel holds the correlation matrices of 64 replicates. Its zero value is
// ready for Fill. One Panel serves one goroutine, and one Source after the
// other.
type Panel struct {
	// R[g][k*Width+l] is the correlation of pair k of Options.Pairs in lane
	// Width*g + l. A group is contiguous (and aligned to 64 bytes), so that
	// the matrices of eight replicates stay in the first-level cache while an
	// estimator iterates on them.
	R [Groups][]float64
	// Bad has the bit of a lane set where a column has no variance, or no
	// value at all: the replicate has no correlation matrix. R is the identity
	// there (zero off the diagonal), so that nothing divides by zero.
	Bad uint64
	// N is the number of rows in each replicate, repeats counted; it varies
	// where clusters are drawn.
	N [Lanes]float64

	source  *Source
	t       []int32   // integer product, a column a row of 64 lanes
	f       []float64 // float64 product, likewise
	m       []float64 // moments M, a row of 64 lanes each
	mu      []float64 // means that fill holes
	margins margins
	r       []float64 // R in one piece
	work    workspace
}

// margins are what turns sums of products into correlations, in groups of Width lanes.
type margins struct {
	sum    []float64 // [Groups][p][Width] sum w x
	root   []float64 // [Groups][p][Width] square root of W sum w x^2 - (sum w x)^2
	weight []float64 // [Groups][Width]    W = sum w
}

// workspace is scratch memory of the kernels.
type workspace struct {
	bytes  *[blockUnits][Lanes / 8]uint64 // counts of a block, a byte each (plain Go)
	counts []float64                      // counts of a block, [2][blockUnits][32]
}

// aligned returns zeros that begin at a multiple of 64 bytes.
func aligned[T int8 | int32 | uint32 | float64](n int) []T {
	var one T
	size := int(unsafe.Sizeof(one))
	x := make([]T, n+64/size)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(x)))) & 63
	return x[skip/size:][:n:n]
}

// lanesOf returns a row of moments.
func lanesOf[T int32 | float64](m []T, row int) *[Lanes]T {
	return (*[Lanes]T)(m[row*Lanes:])
}

func (p *Panel) size(s *Source) {
	if p.source == s {
		return
	}
	k := len(s.columns)
	p.source = s
	p.t = aligned[int32](s.ints.columns() * Lanes)
	p.f = aligned[float64](s.floats.columns() * Lanes)
	p.m, p.mu = nil, nil // made when first needed
	p.margins = margins{
		sum: aligned[float64](k * Lanes), root: aligned[float64](k * Lanes), weight: aligned[float64](Lanes),
	}
	n := len(s.pairs) * Width
	p.r = aligned[float64](n * Groups)
	for g := range p.R {
		p.R[g] = p.r[g*n:][:n:n]
	}
	if p.work.bytes == nil {
		p.work.bytes = new([blockUnits][Lanes / 8]uint64)
	}
	if len(s.float) > 0 && p.work.counts == nil {
		p.work.counts = aligned[float64](blockUnits * Lanes)
	}
}

// Fill computes the correlation matrices of the replicates with the counts c,
// which must come from s.NewCounts. It allocates only the first time that p
// serves s.
func (s *Source) Fill(p *Panel, c *Counts) {
	if c.units != s.units {
		panic("replicate: counts of another source")
	}
	p.size(s)
	if s.direct && c.narrow() {
		s.ints.multiply(p.t, c, 0, 0, s.units, &p.work)
		s.correlateDirect(p)
	} else {
		s.moments(p, c)
		s.correlate(p, c)
	}
}

// correlateDirect takes the integer product as M.
func (s *Source) correlateDirect(p *Panel) {
	k := len(s.columns)
	for l, n := range lanesOf(p.t, s.present) {
		p.N[l] = float64(n)
	}
	p.Bad = s.kernel.variances32(p.t, k, &p.margins)
	p.margins.clear(p.Bad, k)
	s.kernel.correlate32(p.t[(1+2*k)*Lanes:], s.pairs, k, &p.margins, p.r)
}

func (s *Source) correlate(p *Panel, c *Counts) {
	k := len(s.columns)
	p.N = *lanesOf(p.m, s.present)
	p.Bad = 0
	s.constantLanes(p, c)
	s.fill(p)
	p.Bad |= s.kernel.variances64(p.m, k, &p.margins)
	p.margins.clear(p.Bad, k)
	s.kernel.correlate64(p.m[(1+2*k)*Lanes:], s.pairs, k, &p.margins, p.r)
}

// moments computes M from both products. A plane of counts, a span of units
// and a digit each give 32-bit sums; put together in float64 they are exact up
// to 2^53.
func (s *Source) moments(p *Panel, c *Counts) {
	if p.m == nil {
		p.m, p.mu = aligned[float64](s.rows*Lanes), aligned[float64](len(s.columns)*Lanes)
	}
	again := false
	worth := 1.0
	for plane := range c.planes {
		if plane == 0 || c.used[plane] != 0 {
			for from := 0; from < s.units; from += span {
				s.ints.multiply(p.t, c, plane, from, min(from+span, s.units), &p.work)
				s.kernel.widen(p.m, p.t, s.digits, worth, again)
				again = true
			}
		}
		worth *= 1 << digitBits
	}
	if len(s.float) == 0 {
		return
	}
	s.floats.multiply(s.kernel, p.f, c, &p.work)
	for k, row := range s.float {
		copy(lanesOf(p.m, row)[:], lanesOf(p.f, k)[:])
	}
}

// clear gives bad lanes sums that lead to correlations of zero.
func (f *margins) clear(bad uint64, p int) {
	for ; bad != 0; bad &= bad - 1 {
		l := bits.TrailingZeros64(bad)
		g, l := l/Width, l%Width
		f.weight[g*Width+l] = 0
		for a := range p {
			f.sum[(g*p+a)*Width+l] = 0
			f.root[(g*p+a)*Width+l] = 1
		}
	}
}
