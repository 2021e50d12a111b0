package replicate

import "fmt"

// Counts holds how often each unit occurs in each of the 64 replicates of a
// panel. The zero count is the default: lanes never set are empty replicates.
//
// Layout: the counts of units 4k..4k+3 in one lane are the four bytes of the
// word at k*64 + lane, lowest first, which is what multiply-add instructions
// for bytes take. A byte holds 7 bits; the rare larger count continues in
// further planes, worth 128, 128^2 and so on.
type Counts struct {
	units  int
	planes [][]uint32
	used   []uint32 // OR of all words of a plane since Reset: a bound for its counts
}

// digitBits is the number of bits of a count in one plane.
const digitBits = 7

// over marks counts of a word that do not fit one plane.
const over = 0x80808080

// NewCounts returns counts for the units of s, all zero.
func (s *Source) NewCounts() *Counts {
	c := &Counts{units: s.units}
	c.grow()
	return c
}

func (c *Counts) words() int { return (c.units + 3) / 4 * Lanes }

func (c *Counts) grow() {
	c.planes = append(c.planes, aligned[uint32](c.words()))
	c.used = append(c.used, 0)
}

// Reset makes all counts zero.
func (c *Counts) Reset() {
	for k, plane := range c.planes {
		clear(plane)
		c.used[k] = 0
	}
}

// SetBytes sets the counts of one lane, one a unit, in half the time of Set.
func (c *Counts) SetBytes(lane int, counts []uint8) {
	c.check(lane, len(counts))
	plane := c.planes[0][lane:]
	var seen uint32
	n := len(counts) &^ 3
	for i := 0; i < n; i += 4 {
		q := counts[i:][:4]
		w := uint32(q[0]) | uint32(q[1])<<8 | uint32(q[2])<<16 | uint32(q[3])<<24
		seen |= w
		plane[i*(Lanes/4)] = w
	}
	if n < len(counts) {
		var w uint32
		for i, v := range counts[n:] {
			w |= uint32(v) << (8 * i)
		}
		seen |= w
		plane[n*(Lanes/4)] = w
	}
	if seen&over != 0 || len(c.planes) > 1 {
		pack(c, lane, counts)
		return
	}
	c.used[0] |= seen
}

// Set sets the counts of one lane, one a unit, of any size from 0.
func (c *Counts) Set(lane int, counts []int32) {
	c.check(lane, len(counts))
	if len(c.planes) > 1 {
		pack(c, lane, counts)
		return
	}
	plane := c.planes[0][lane:]
	var seen, bytes uint32
	n := len(counts) &^ 3
	for i := 0; i < n; i += 4 {
		q := (*[4]int32)(counts[i:])
		seen |= uint32(q[0] | q[1] | q[2] | q[3])
		w := uint32(q[0]|q[1]<<8) | uint32(q[2]|q[3]<<8)<<16
		bytes |= w
		plane[i*(Lanes/4)] = w
	}
	if n < len(counts) {
		var w uint32
		for i, v := range counts[n:] {
			seen |= uint32(v)
			w |= uint32(v) << (8 * i)
		}
		bytes |= w
		plane[n*(Lanes/4)] = w
	}
	if seen>>digitBits != 0 {
		pack(c, lane, counts)
		return
	}
	c.used[0] |= bytes
}

// Batch is the number of lanes that SetWords sets.
const Batch = 16

// SetWords lets draw set the counts of the lanes first .. first+Batch-1 straight
// in the layout of a plane: the word of units 4k..4k+3 in lane first+l is
// words[k*Lanes + l]; bytes beyond the last unit must be 0. bound[l] is such that
// no count of lane first+l exceeds the OR of its four bytes. Where that is more
// than 127 a count may not fit: bit l of wide tells so, and the lane holds
// anything until it is Set.
func (c *Counts) SetWords(first int, draw func(words []uint32) (bound [Batch]uint32)) (wide uint16) {
	if first < 0 || first > Lanes-Batch {
		panic(fmt.Sprintf("replicate: %d lanes from lane %d of %d", Batch, first, Lanes))
	}
	for k, bound := range draw(c.planes[0][first:]) {
		if bound&over != 0 {
			wide |= 1 << k
			continue
		}
		c.used[0] |= bound
	}
	for _, plane := range c.planes[1:] {
		for k := first; k < len(plane); k += Lanes {
			clear(plane[k:][:Batch])
		}
	}
	return wide
}

// pack splits counts of any size over the planes.
func pack[T int32 | uint8](c *Counts, lane int, counts []T) {
	for k := 0; ; k++ {
		if k == len(c.planes) {
			c.grow()
		}
		plane := c.planes[k][lane:]
		more := false
		for i := 0; i < len(counts); i += 4 {
			var w uint32
			for j, v := range counts[i:min(i+4, len(counts))] {
				if v < 0 {
					panic(fmt.Sprintf("replicate: the count of unit %d is %d", i+j, v))
				}
				u := uint32(v) >> (digitBits * k)
				w |= u & (1<<digitBits - 1) << (8 * j)
				more = more || u>>digitBits != 0
			}
			c.used[k] |= w
			plane[i*(Lanes/4)] = w
		}
		if !more && k+1 >= len(c.planes) {
			return
		}
	}
}

func (c *Counts) check(lane, n int) {
	if n != c.units || uint(lane) >= Lanes {
		panic(fmt.Sprintf("replicate: %d counts for lane %d, want %d for one of %d lanes", n, lane, c.units, Lanes))
	}
}

// at returns the count of a unit.
func (c *Counts) at(lane, unit int) int {
	n := 0
	for k, plane := range c.planes {
		n |= int(plane[unit/4*Lanes+lane]>>(8*(unit%4))&0xff) << (digitBits * k)
	}
	return n
}

// largest bounds the counts of a plane from above, by less than twice.
func (c *Counts) largest(plane int) int {
	w := c.used[plane]
	w |= w >> 16
	return int((w | w>>8) & 0xff)
}

// narrow reports whether all counts fit the first plane.
func (c *Counts) narrow() bool {
	for _, seen := range c.used[1:] {
		if seen != 0 {
			return false
		}
	}
	return true
}
