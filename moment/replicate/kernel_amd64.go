package replicate

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go -C _asm run . -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg replicate

// native lists the vector kernels that this machine can run.
func native() []*kernel {
	var k []*kernel
	x := &cpu.X86
	if x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VNNI {
		k = append(k, avx512)
	}
	if x.HasAVX2 && x.HasFMA {
		k = append(k, avx2)
	}
	return k
}

var avx512 = &kernel{
	name:    "avx512-vnni",
	product: func(units int) product { return &tiles{units: units, multiplyTile: multiplyVNNI} },
	multiplyTile: func(out, z, counts []float64, k int, first bool) {
		tileFloatAVX512(&out[0], &z[0], &counts[0], k, first)
	},
	widen: func(m []float64, t []int32, digits []digit, worth float64, again bool) {
		if len(digits) > 0 {
			widenAVX512(&m[0], &t[0], address(digits), len(digits), worth, again)
		}
	},
	variances32: func(m []int32, p int, f *margins) uint64 {
		return variances32AVX512(&m[0], p, &f.sum[0], &f.root[0], &f.weight[0])
	},
	variances64: func(m []float64, p int, f *margins) uint64 {
		return variances64AVX512(&m[0], p, &f.sum[0], &f.root[0], &f.weight[0])
	},
	correlate32: func(m []int32, pairs [][2]int32, p int, f *margins, r []float64) {
		if len(pairs) > 0 {
			correlate32AVX512(&m[0], &pairs[0], len(pairs), p, &f.sum[0], &f.root[0], &f.weight[0], &r[0])
		}
	},
	correlate64: func(m []float64, pairs [][2]int32, p int, f *margins, r []float64) {
		if len(pairs) > 0 {
			correlate64AVX512(&m[0], &pairs[0], len(pairs), p, &f.sum[0], &f.root[0], &f.weight[0], &r[0])
		}
	},
}

var avx2 = &kernel{
	name:    "avx2",
	product: func(units int) product { return &tiles{units: units, multiplyTile: multiplyWords} },
	multiplyTile: func(out, z, counts []float64, k int, first bool) {
		tileFloatAVX2(&out[0], &z[0], &counts[0], k, first)
	},
	widen: func(m []float64, t []int32, digits []digit, worth float64, again bool) {
		if len(digits) > 0 {
			widenAVX2(&m[0], &t[0], address(digits), len(digits), worth, again)
		}
	},
	variances32: func(m []int32, p int, f *margins) uint64 {
		return variances32AVX2(&m[0], p, &f.sum[0], &f.root[0], &f.weight[0])
	},
	variances64: func(m []float64, p int, f *margins) uint64 {
		return variances64AVX2(&m[0], p, &f.sum[0], &f.root[0], &f.weight[0])
	},
	correlate32: func(m []int32, pairs [][2]int32, p int, f *margins, r []float64) {
		if len(pairs) > 0 {
			correlate32AVX2(&m[0], &pairs[0], len(pairs), p, &f.sum[0], &f.root[0], &f.weight[0], &r[0])
		}
	},
	correlate64: func(m []float64, pairs [][2]int32, p int, f *margins, r []float64) {
		if len(pairs) > 0 {
			correlate64AVX2(&m[0], &pairs[0], len(pairs), p, &f.sum[0], &f.root[0], &f.weight[0], &r[0])
		}
	},
}

// The assembly reads digits as row int32 at 0, first at 4, scale at 8, 16 bytes
// each; another layout does not compile.
var (
	_ [4]struct{}  = [unsafe.Offsetof(digit{}.first)]struct{}{}
	_ [8]struct{}  = [unsafe.Offsetof(digit{}.scale)]struct{}{}
	_ [16]struct{} = [unsafe.Sizeof(digit{})]struct{}{}
)

func address(digits []digit) *int32 { return (*int32)(unsafe.Pointer(unsafe.SliceData(digits))) }

// tiles is the integer product for vector instructions: six columns of Z side
// by side, the bytes of four units together, as the counts are.
type tiles struct {
	units, n     int
	z            [][]int8 // [steps of 4 units][tileColumns][4] each
	largest      []int    // largest |z| of a tile
	multiplyTile func(t []int32, c []uint32, z []int8, steps int, add bool, largest int)
}

func (p *tiles) add(z []int8) {
	if p.n%tileColumns == 0 {
		p.z = append(p.z, aligned[int8]((p.units+3)/4*4*tileColumns))
		p.largest = append(p.largest, 0)
	}
	tile, most := p.z[len(p.z)-1][p.n%tileColumns*4:], &p.largest[len(p.z)-1]
	*most = max(*most, int(slices.Max(z)), -int(slices.Min(z)))
	n := len(z) &^ 3
	for i := 0; i < n; i += 4 {
		*(*[4]int8)(tile[i*tileColumns:]) = [4]int8(z[i:])
	}
	if n < len(z) {
		copy(tile[n*tileColumns:], z[n:])
	}
	p.n++
}

func (p *tiles) columns() int { return len(p.z) * tileColumns }

func (p *tiles) multiply(t []int32, c *Counts, plane, from, to int, _ *workspace) {
	// The counts of a block (256 bytes a step) stay in the second-level cache
	// while every tile passes over them.
	const block = 1024
	last := (to + 3) / 4
	for at := from / 4; at < last; at += block {
		steps := min(block, last-at)
		counts := c.planes[plane][at*Lanes:]
		for k, z := range p.z {
			p.multiplyTile(t[k*tileColumns*Lanes:], counts, z[at*4*tileColumns:], steps, at*4 > from, c.largest(plane)*p.largest[k])
		}
	}
}

func multiplyVNNI(t []int32, c []uint32, z []int8, steps int, add bool, _ int) {
	tileVNNI(&t[0], &c[0], &z[0], steps, add)
}

// multiplyWords cuts the steps so that 16-bit sums of pairs hold them: a step
// adds two products of at most largest to each.
func multiplyWords(t []int32, c []uint32, z []int8, steps int, add bool, largest int) {
	safe := min(steps, 1<<15/(2*largest+1))
	for at := 0; at < steps; at += safe {
		tileWords(&t[0], &c[at*Lanes], &z[at*4*tileColumns], min(safe, steps-at), add || at > 0)
	}
}
