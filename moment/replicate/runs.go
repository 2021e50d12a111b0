package replicate

import "math"

// runs is the integer product in plain Go. A product of two answers takes few
// values (of seven-point items 13), so multiplication gives way to sorting:
// for every column, units are listed by value, and a replicate needs the sum of
// the counts of each list, times the value. Counts of eight replicates share a
// 64-bit word, a byte each, and are added at once. Units whose product is zero,
// a third of all or more, are not touched at all.
type runs struct {
	units  int
	blocks []runBlock // of blockUnits units
}

// runBlock lists the units of one block, column after column.
type runBlock struct {
	columns []runColumn
	runs    []run
	index   []uint16 // units within the block, run after run
}

// runColumn is where the runs of a column end, and its largest |z|.
type runColumn struct {
	end, largest int
}

// run is the next n units of the index: those whose product, or part of it, is z.
type run struct {
	z int16
	n uint16
}

func newRuns(units int) product {
	return &runs{units: units, blocks: make([]runBlock, (units+blockUnits-1)/blockUnits)}
}

func (r *runs) add(z []int8) {
	for k := range r.blocks {
		r.blocks[k].add(z[k*blockUnits : min((k+1)*blockUnits, r.units)])
	}
}

// flushUnits is what the end of a run costs, in units added.
const flushUnits = 8

// add lists the units by value. A column of many values is split in two, z =
// low + 16 high, so that it makes at most 33 runs, over at most twice the units.
func (b *runBlock) add(z []int8) {
	var whole, parts lists
	for _, v := range z {
		low, high := nibbles(v)
		whole.count(int(v))
		parts.count(low)
		parts.count(high)
	}
	split := parts.cost() < whole.cost()
	l := &whole
	if split {
		l = &parts
	}
	l.begin(b)
	largest := 0
	for i, v := range z {
		largest = max(largest, int(v), -int(v))
		if split {
			low, high := nibbles(v)
			l.put(b, i, low)
			l.put(b, i, high)
			continue
		}
		l.put(b, i, int(v))
	}
	b.columns = append(b.columns, runColumn{len(b.runs), largest})
}

// nibbles splits v into low (-8..7) and high, a multiple of 16.
func nibbles(v int8) (low, high int) {
	low = (int(v)+8)&15 - 8
	return low, int(v) - low
}

// lists is where the units of each value from -128 to 128 go.
type lists struct {
	n  [257]uint16
	at [257]int
}

func (l *lists) count(v int) {
	if v != 0 {
		l.n[v+128]++
	}
}

func (l *lists) cost() int {
	sum := 0
	for _, n := range l.n {
		if n > 0 {
			sum += int(n) + flushUnits
		}
	}
	return sum
}

// begin makes the runs, and room for their units.
func (l *lists) begin(b *runBlock) {
	next := len(b.index)
	for k, n := range l.n {
		if n > 0 {
			l.at[k] = next
			next += int(n)
			b.runs = append(b.runs, run{int16(k - 128), n})
		}
	}
	b.index = append(b.index, make([]uint16, next-len(b.index))...)
}

func (l *lists) put(b *runBlock, unit, v int) {
	if v != 0 {
		b.index[l.at[v+128]] = uint16(unit)
		l.at[v+128]++
	}
}

func (r *runs) columns() int { return len(r.blocks[0].columns) }

func (r *runs) multiply(t []int32, c *Counts, plane, from, to int, w *workspace) {
	largest := max(1, c.largest(plane))
	longest := 255 / largest // units whose counts a byte can add up
	for at := from; at < to; at += blockUnits {
		n := min(blockUnits, to-at)
		heaviest := c.bytes(w.bytes, plane, at, n)
		if largest*n > math.MaxUint16 {
			heaviest = largest * n // the totals may have overflown
		}
		r.blocks[at/blockUnits].multiply(t, w.bytes, longest, heaviest, at > from)
	}
}

// multiply sets t, or adds to it, for the counts in rows. heaviest is the
// largest total of the counts of a lane.
func (b *runBlock) multiply(t []int32, rows *[blockUnits][Lanes / 8]uint64, longest, heaviest int, again bool) {
	next, first := 0, 0
	for k, column := range b.columns {
		out := lanesOf(t, k)
		if !again {
			*out = [Lanes]int32{}
		}
		var sum [Lanes / 2]uint64
		narrow := heaviest*column.largest < 1<<15
		for _, run := range b.runs[first:column.end] {
			index := b.index[next:][:run.n]
			next += int(run.n)
			for len(index) > 0 {
				part := index[:min(longest, len(index))]
				index = index[len(part):]
				add := addRows(rows, part)
				if narrow {
					add16(&sum, &add, uint64(run.z))
				} else {
					add32(&sum, &add, uint64(run.z))
				}
			}
		}
		first = column.end
		if narrow {
			unpack16(out, &sum)
		} else {
			unpack32(out, &sum)
		}
	}
}

// addRows adds up the counts of some units, 64 sums in 64 bytes.
func addRows(rows *[blockUnits][Lanes / 8]uint64, index []uint16) [Lanes / 8]uint64 {
	var a0, a1, a2, a3, a4, a5, a6, a7 uint64
	for _, i := range index {
		r := &rows[i%blockUnits]
		a0 += r[0]
		a1 += r[1]
		a2 += r[2]
		a3 += r[3]
		a4 += r[4]
		a5 += r[5]
		a6 += r[6]
		a7 += r[7]
	}
	return [Lanes / 8]uint64{a0, a1, a2, a3, a4, a5, a6, a7}
}

// add16 adds z times the 64 bytes of add to 64 sums of 16 bits. A negative sum
// borrows from its neighbour above; unpack16 gives that back.
func add16(sum *[Lanes / 2]uint64, add *[Lanes / 8]uint64, z uint64) {
	const even = 0x00ff00ff00ff00ff
	for w, v := range add {
		sum[2*w] += (v & even) * z
		sum[2*w+1] += (v >> 8 & even) * z
	}
}

// unpack16 adds the sums of add16 to the lanes: byte 2j+h of word w of a row of
// counts is field j of sum 2w+h.
func unpack16(out *[Lanes]int32, sum *[Lanes / 2]uint64) {
	for w := range Lanes / 8 {
		to := (*[8]int32)(out[8*w:])
		for h := range 2 {
			v := int64(sum[2*w+h])
			for j := range 4 {
				field := int64(int16(v))
				to[2*j+h] += int32(field)
				v = (v - field) >> 16
			}
		}
	}
}

// add32 is add16 for sums of 32 bits.
func add32(sum *[Lanes / 2]uint64, add *[Lanes / 8]uint64, z uint64) {
	const fourth = 0x000000ff000000ff
	for w, v := range add {
		sum[4*w] += (v & fourth) * z
		sum[4*w+1] += (v >> 8 & fourth) * z
		sum[4*w+2] += (v >> 16 & fourth) * z
		sum[4*w+3] += (v >> 24 & fourth) * z
	}
}

// unpack32 is unpack16 for the sums of add32.
func unpack32(out *[Lanes]int32, sum *[Lanes / 2]uint64) {
	for w := range Lanes / 8 {
		to := (*[8]int32)(out[8*w:])
		for h := range 4 {
			v := int64(sum[4*w+h])
			low := int64(int32(v))
			to[h] += int32(low)
			to[h+4] += int32((v - low) >> 32)
		}
	}
}

// bytes writes the counts of n units with the lanes of a unit side by side, and
// returns the largest total of a lane, if 16 bits hold it.
func (c *Counts) bytes(to *[blockUnits][Lanes / 8]uint64, plane, from, n int) int {
	var total [Lanes / 4]uint64 // 16 bits a lane, in no order that matters
	const even = 0x00ff00ff00ff00ff
	for i := 0; i < n; i += 4 {
		words := (*[Lanes]uint32)(c.planes[plane][(from+i)/4*Lanes:])
		rows := (*[4][Lanes / 8]uint64)(to[i:])
		for w := range Lanes / 8 {
			q := (*[8]uint32)(words[8*w:])
			r0, r1, r2, r3 := transpose(q)
			rows[0][w], rows[1][w], rows[2][w], rows[3][w] = r0, r1, r2, r3
			total[2*w] += r0&even + r1&even + r2&even + r3&even
			total[2*w+1] += r0>>8&even + r1>>8&even + r2>>8&even + r3>>8&even
		}
	}
	var most uint64
	for _, v := range total {
		for ; v != 0; v >>= 16 {
			most = max(most, v&0xffff)
		}
	}
	return int(most)
}

// transpose turns eight words of four counts (lanes of units) into four words
// of eight (units of lanes).
func transpose(q *[8]uint32) (r0, r1, r2, r3 uint64) {
	// Four bytes of lanes l and l+4 in one word: byte h of lane l at bit 8h,
	// of lane l+4 at bit 32+8h. Then a 4 x 4 transposition in both halves.
	a := uint64(q[0]) | uint64(q[4])<<32
	b := uint64(q[1]) | uint64(q[5])<<32
	c := uint64(q[2]) | uint64(q[6])<<32
	d := uint64(q[3]) | uint64(q[7])<<32
	const even, low = 0x00ff00ff00ff00ff, 0x0000ffff0000ffff
	ab, ab1 := a&even|b&even<<8, a>>8&even|b&^uint64(even)
	cd, cd1 := c&even|d&even<<8, c>>8&even|d&^uint64(even)
	r0, r2 = ab&low|cd&low<<16, ab>>16&low|cd&^uint64(low)
	r1, r3 = ab1&low|cd1&low<<16, ab1>>16&low|cd1&^uint64(low)
	return r0, r1, r2, r3
}
