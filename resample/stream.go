package resample

import "math/bits"

// golden is the increment of splitmix64: 2^64 divided by the golden ratio,
// made odd.
const golden = 0x9e3779b97f4a7c15

// mix is the output function of splitmix64, a bijection of 64-bit words
// (Steele, Lea & Flood 2014; variant 13 of Stafford, as published by Vigna
// 2015 in the public domain). The k-th output of splitmix64 started at x is
// mix(x + k*golden).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// stream is a xoshiro128++ generator (Blackman & Vigna 2021, "Scrambled
// linear pseudorandom number generators", ACM TOMS 47(4); public domain): 32
// bits a step, period 2^128 - 1. It is a value: next returns the stream that
// has moved on, which lets the compiler keep it in registers.
type stream struct{ s0, s1, s2, s3 uint32 }

// newStream starts the stream of one replicate.
//
// Two splitmix64 outputs k, l of the seed are its keys. The state is the pair
// a = output r of splitmix64 started at k, b = mix(l + a). Two different
// (seed, replicate) never share a state: mix is a bijection, so equal states
// have equal l, hence equal seeds, hence equal k, hence equal replicates.
// The one exception is the single pair in 2^128 whose state would be all
// zeros, where the generator would stand still; it takes the state (0, golden).
func newStream(seed, replicate uint64) stream {
	k, l := mix(seed+golden), mix(seed+golden+golden)
	a := mix(k + replicate*golden)
	b := mix(l + a)
	if a|b == 0 {
		b = golden
	}
	return stream{uint32(a), uint32(a >> 32), uint32(b), uint32(b >> 32)}
}

// innerSeed is the seed of the resamples of one resample: output outer of
// splitmix64 started at the third key of the seed.
func innerSeed(seed, outer uint64) uint64 {
	return mix(mix(seed+golden+golden+golden) + outer*golden)
}

// next returns 32 random bits and the stream after them.
func (g stream) next() (uint32, stream) {
	u := bits.RotateLeft32(g.s0+g.s3, 7) + g.s0
	c, d := g.s2^g.s0, g.s3^g.s1
	return u, stream{g.s0 ^ d, g.s1 ^ c, c ^ g.s1<<9, bits.RotateLeft32(d, 11)}
}

// below returns a uniform integer in 0..n-1, n >= 1, exactly uniform: the
// high word of u*n, where u is drawn again as long as the low word lies below
// 2^32 mod n (Lemire 2019, "Fast random integer generation in an interval",
// ACM TOMACS 29(1)).
func (g stream) below(n uint32) (uint32, stream) {
	u, g := g.next()
	m := uint64(u) * uint64(n)
	if uint32(m) < n {
		m, g = g.reject(m, n)
	}
	return uint32(m >> 32), g
}

// reject is the rare part of below: it replaces the product m until its low
// word is not below 2^32 mod n.
func (g stream) reject(m uint64, n uint32) (uint64, stream) {
	for least := -n % n; uint32(m) < least; {
		var u uint32
		u, g = g.next()
		m = uint64(u) * uint64(n)
	}
	return m, g
}
