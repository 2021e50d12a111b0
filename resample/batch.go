package resample

import "fmt"

// Batch is the number of replicates that [Sampler.Batch] draws side by side.
const Batch = 16

// maxBatch bounds the units of a batch: totals of cells are sums of 32 bits.
const maxBatch = 1 << 26

// batch holds the streams of replicates that are drawn side by side, and what
// is known of the counts drawn so far.
type batch struct {
	state [4][Batch]uint32
	total [Batch]uint32          // sum of the cells
	bound [Batch]uint32          // see Sampler.Batch
	spot  [rounds * Batch]uint32 // of uniform draws: position k of lane l at k*Batch + l
}

// rounds is the number of uniform draws of every lane that are made at once.
const rounds = 64

// Batches reports whether [Sampler.Batch] can draw the plan (a bootstrap of 32
// units or more in one stratum) and is the fastest way to do so, which takes
// vector instructions.
func (s *Sampler) Batches() bool { return s.batches() && fastest != plain }

func (s *Sampler) batches() bool {
	return s.kind == bootstrap && s.order == nil && len(s.strata) == 1 && s.strata[0].cells != nil && s.units <= maxBatch
}

// Batch draws the replicates first .. first+Batch-1, each as Draw does, which
// vector instructions do several times as fast. The coefficients of units
// 4k..4k+3 in replicate first+l become the four bytes, lowest first, of
// words[k*stride + l]; bytes beyond the last unit are 0. Other words are left
// as they are.
//
// No coefficient of replicate first+l exceeds the OR of the four bytes of
// bound[l]. If one of these is 128 or more, a coefficient may not fit: the words
// of this replicate are worth nothing, and Draw must be used.
func (s *Sampler) Batch(first uint64, words []uint32, stride int) (bound [Batch]uint32) {
	if !s.batches() {
		panic("resample: this plan cannot be drawn in batches")
	}
	if last := (s.units - 1) / 4 * stride; stride < Batch || stride > len(words) || len(words) < last+Batch {
		panic(fmt.Sprintf("resample: %d words, a stride of %d, for %d units", len(words), stride, s.units))
	}
	return s.batch(fastest, first, words, stride)
}

// batch uses the streams as multinomial does: what is common is done for all
// lanes at once, what is rare lane by lane.
func (s *Sampler) batch(with instructions, first uint64, words []uint32, stride int) [Batch]uint32 {
	n, t := s.units, s.strata[0].cells
	var b batch
	for l := range Batch {
		b.set(l, newStream(s.seed, first+uint64(l)))
	}
	start := b.state
	steps := (n + 3) / 4
	b.cells(with, t, words, stride, steps)
	if n%4 != 0 {
		b.trim(words[(steps-1)*stride:], n%4)
	}
	var draws [Batch]int
	for l := range Batch {
		// No byte exceeds 15 yet.
		if (b.bound[l]+0x01010101)&0x10101010 != 0 {
			b.decide(l, t, streamAt(&start, l), words, stride, n)
		}
		if draws[l] = n - int(b.total[l]); draws[l] < 0 {
			for k := range steps {
				words[k*stride+l] = 0
			}
			b.bound[l], draws[l] = 0, 0
			b.uniform(l, streamAt(&b.state, l), n, n, words, stride)
		}
	}
	b.topUp(with, &draws, words, stride, n)
	return b.bound
}

// trim drops the cells of the last word but the first few.
func (b *batch) trim(words []uint32, keep int) {
	for l := range Batch {
		for k := keep; k < 4; k++ {
			b.total[l] -= words[l] >> (8 * k) & 0xff
		}
		words[l] &= 1<<(8*keep) - 1
	}
}

// decide replaces the outcomes of lane l that are left to the residual law. start
// is the stream of the lane before its cells.
func (b *batch) decide(l int, t *cells, start stream, words []uint32, stride, n int) {
	g := streamAt(&b.state, l)
	for k := range n {
		var u, count uint32
		u, start = start.next()
		if t.outcome(u) != later {
			continue
		}
		count, g = t.decide(g)
		b.total[l] += count - later
		w := &words[k/4*stride+l]
		*w += (count - later) << (8 * (k % 4))
		b.bound[l] |= *w
	}
	b.set(l, g)
}

// topUp adds draws[l] uniform draws among n units to every lane.
func (b *batch) topUp(with instructions, draws *[Batch]int, words []uint32, stride, n int) {
	for {
		most := 0
		for _, d := range draws {
			most = max(most, d)
		}
		if most == 0 {
			return
		}
		most = min(most, rounds)
		before := b.state
		rejected := b.spots(with, uint32(n), most)
		for l := range Batch {
			if rejected>>l&1 != 0 {
				b.uniform(l, streamAt(&before, l), n, draws[l], words, stride)
				draws[l] = 0
				continue
			}
			now := min(draws[l], most)
			draws[l] -= now
			lane, seen := words[l:], b.bound[l]
			for k := range now {
				i := b.spot[k*Batch+l]
				w := &lane[int(i/4)*stride]
				*w += 1 << (i % 4 * 8)
				seen |= *w
			}
			b.bound[l] = seen
		}
	}
}

// uniform adds uniform draws to one lane. A count that outgrows 7 bits shows in
// the bound before it can run over into the next byte.
func (b *batch) uniform(l int, g stream, n, draws int, words []uint32, stride int) {
	for range draws {
		var i uint32
		i, g = g.below(uint32(n))
		w := &words[int(i/4)*stride+l]
		*w += 1 << (i % 4 * 8)
		b.bound[l] |= *w
	}
}

func streamAt(state *[4][Batch]uint32, l int) stream {
	return stream{state[0][l], state[1][l], state[2][l], state[3][l]}
}

func (b *batch) set(l int, g stream) {
	b.state[0][l], b.state[1][l], b.state[2][l], b.state[3][l] = g.s0, g.s1, g.s2, g.s3
}

// cellsGo draws the cells of 4 * steps units into words, outcome 15 as it is,
// adds them to total and keeps the largest byte of each place in bound.
func (b *batch) cellsGo(t *cells, words []uint32, stride, steps int) {
	for l := range Batch {
		g := streamAt(&b.state, l)
		var total, most, u, v, x, y uint32
		for k := range steps {
			u, g = g.next()
			v, g = g.next()
			x, g = g.next()
			y, g = g.next()
			w := t.outcome(u) | t.outcome(v)<<8 | t.outcome(x)<<16 | t.outcome(y)<<24
			words[k*stride+l] = w
			total += w * 0x01010101 >> 24
			// The larger of each two bytes, all of which are below 16.
			more := ((w | 0x80808080) - most) & 0x80808080 >> 7 * 0xff
			most ^= (most ^ w) & more
		}
		b.set(l, g)
		b.total[l] = total
		b.bound[l] = most
	}
}

// spotsGo makes some uniform draws among n positions in every lane. Bit l of the
// result tells that one in lane l may have to be rejected.
func (b *batch) spotsGo(n uint32, draws int) (rejected uint16) {
	for l := range Batch {
		g := streamAt(&b.state, l)
		for k := range draws {
			var u uint32
			u, g = g.next()
			m := uint64(u) * uint64(n)
			b.spot[k*Batch+l] = uint32(m >> 32)
			if uint32(m) < n {
				rejected |= 1 << l
			}
		}
		b.set(l, g)
	}
	return rejected
}

// instructions is a set of machine instructions that batches are drawn with.
type instructions uint8

const (
	plain instructions = iota
	avx2
	avx512
)

// fastest is the set that Batch uses.
var fastest = available()[0]
