package replicate

const (
	// span is the number of units whose 32-bit sums cannot overflow, whatever
	// the counts of a plane (2^16 * 127 * 128 < 2^31).
	span = 1 << 16
	// blockUnits is the number of units summed at a time: 64 KiB of counts.
	blockUnits = 1 << 10
	// tileColumns is the number of columns of Z that a product kernel sums at
	// once; with four vectors of lanes it makes 24 accumulators.
	tileColumns = 6
)

// product is the integer matrix product M = C Z for columns of Z that fit a
// byte, packed as a kernel wants them.
type product interface {
	// add packs one more column, a value a unit.
	add(z []int8)
	// columns is the number of columns of t, padding counted.
	columns() int
	// multiply sets t[column][lane] to the sum over units from..to-1 of
	// count * z, for one plane of the counts. from is a multiple of span, and
	// to - from at most that.
	multiply(t []int32, c *Counts, plane, from, to int, w *workspace)
}

// kernel is the machine code for one instruction set. All kernels give the
// same bits: integer sums are exact, and floating-point operations are the
// same, in the same order, in every lane.
type kernel struct {
	name    string
	product func(units int) product
	// multiplyTile sums k units of a float64 tile (z [k][tileColumns], counts
	// [k][32]) from zero with fused multiply-adds in order, and adds the sums
	// to the 32 lanes at the start of each of tileColumns rows of out, or with
	// first set stores them.
	multiplyTile func(out, z, counts []float64, k int, first bool)
	widen        func(m []float64, t []int32, digits []digit, worth float64, again bool)
	variances32  func(m []int32, p int, f *margins) uint64
	variances64  func(m []float64, p int, f *margins) uint64
	correlate32  func(m []int32, pairs [][2]int32, p int, f *margins, r []float64)
	correlate64  func(m []float64, pairs [][2]int32, p int, f *margins, r []float64)
}

// plain is the kernel for every platform.
var plain = &kernel{
	name:         "go",
	product:      newRuns,
	multiplyTile: multiplyTile,
	widen:        widen,
	variances32:  variances[int32],
	variances64:  variances[float64],
	correlate32:  correlate[int32],
	correlate64:  correlate[float64],
}

// kernels are those that this machine can run, the fastest first.
func kernels() []*kernel { return append(native(), plain) }

// best is the kernel in use.
var best = kernels()[0]
