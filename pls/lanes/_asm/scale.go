package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// scaling is what scale keeps from block to block, and the scaling of one.
type scaling struct{ f, largest, faults, size, on reg.VecVirtual }

// begin takes the variance of the scores of a block.
func (v vector) begin(c scaling, variance reg.VecVirtual) {
	v.collect(variance, v.zeros(1)[0], c.faults)
	VSQRTPD(variance, variance)
	one := v.all("one")
	VDIVPD(variance, one, c.f)
}

// collect adds the lanes in which x is not above the limit to a mask.
func (v vector) collect(x, limit, found reg.VecVirtual) {
	mask := v.new()
	v.compare(notGreater, x, limit, mask)
	VORPD(mask, found, found)
}

// flag stores -1 in the lanes of a mask.
func (v vector) flag(mask reg.VecVirtual, to Mem) {
	found := v.load(to)
	v.choose(mask, v.all("minusOne"), found, found)
	VMOVUPD(found, to)
}

// store puts a new weight x, not yet scaled, in place.
func (v vector) store(c scaling, x reg.VecVirtual, w Mem) {
	d, old := v.new(), v.load(w)
	VMULPD(c.f, x, x)
	VANDPD(c.size, x, d)
	v.choose(c.on, x, old, x)
	VMOVUPD(x, w)
	VANDPD(c.size, old, old)
	VSUBPD(old, d, d)
	VANDPD(c.size, d, d)
	VMAXPD(c.largest, d, c.largest)
}

// triangle adds the products of a block of k indicators around its diagonal,
// x the weights and u their copies. The block begins at s.
func (v vector) triangle(k int, s, stride reg.Register, x, u []reg.VecVirtual) {
	for a := 1; a < k; a++ {
		for b := range a {
			y := v.load(at(s, step*b))
			VFMADD231PD(x[b], y, u[a])
			VFMADD231PD(x[a], y, u[b])
		}
		if a < k-1 {
			advance(stride, s)
			advance(Imm(step), stride)
		}
	}
}

// bySize writes one piece of code for each size of a block up to v.tri, and
// memory for others. All of them end at the label next.
func (v vector) bySize(memory func(), registers func(k int)) {
	n := number(fieldN)
	for k := 2; k <= v.tri; k++ {
		CMPQ(n, Imm(uint64(k)))
		JEQ(LabelRef(fmt.Sprint("block", k)))
	}
	memory()
	JMP(LabelRef("next"))
	for k := 2; k <= v.tri; k++ {
		Label(fmt.Sprint("block", k))
		registers(k)
		JMP(LabelRef("next"))
	}
}

func (v vector) scale() {
	var c scaling
	v.list("scale", func() {
		c = scaling{v.new(), v.load(at(base, change)), v.zeros(1)[0], v.all("size"), v.load(at(base, active))}
	}, func() {
		v.bySize(func() {
			raw, u := pointer(fieldA), pointer(fieldE)
			width := v.around(raw, u)
			x, variance, a := v.new(), v.zeros(1)[0], GP64()
			XORQ(a, a)
			Label("variance")
			VMOVUPD(index(raw, a), x)
			VFMADD231PD(index(u, a), x, variance)
			advance(Imm(step), a)
			CMPQ(a, width)
			JLT(LabelRef("variance"))
			v.begin(c, variance)
			w := pointer(fieldB)
			XORQ(a, a)
			Label("store")
			VMOVUPD(index(raw, a), x)
			v.store(c, x, index(w, a))
			advance(Imm(step), a)
			CMPQ(a, width)
			JLT(LabelRef("store"))
		}, func(k int) {
			s, stride, raw := block(), bytes(fieldRow), pointer(fieldA)
			x, u := v.news(k), v.news(k)
			for a := range k {
				VMOVUPD(at(raw, step*a), x[a])
				VMOVAPD(x[a], u[a])
			}
			v.triangle(k, s, stride, x, u)
			variance := v.zeros(1)[0]
			for a := range k {
				VFMADD231PD(x[a], u[a], variance)
			}
			v.begin(c, variance)
			w := pointer(fieldB)
			for a := range k {
				v.store(c, x[a], at(w, step*a))
			}
		})
	}, func() {
		VMOVUPD(c.largest, at(base, change))
		v.flag(c.faults, at(base, fault))
	})
}

func (v vector) apply() {
	v.kernel("apply", func() {
		v.bySize(func() {
			v.around(pointer(fieldA), pointer(fieldC))
		}, func(k int) {
			s, stride, raw, out := block(), bytes(fieldRow), pointer(fieldA), pointer(fieldC)
			x, u := v.news(k), v.news(k)
			for a := range k {
				VMOVUPD(at(raw, step*a), x[a])
				VMOVAPD(x[a], u[a])
			}
			v.triangle(k, s, stride, x, u)
			for a := range k {
				VMOVUPD(u[a], at(out, step*a))
			}
		})
	})
}

// around writes the product of a block around its diagonal and raw to u, for
// blocks that registers cannot hold. It returns the length of raw in bytes.
func (v vector) around(raw, u reg.Register) (width reg.Register) {
	n, s, stride := number(fieldN), block(), bytes(fieldRow)
	width = bytes(fieldN)
	a, b := GP64(), GP64()
	XORQ(a, a)
	Label("copy")
	y := v.load(index(raw, a))
	VMOVUPD(y, index(u, a))
	advance(Imm(step), a)
	times(n, "copy")
	x, sum, t := v.new(), v.new(), v.new()
	MOVQ(U32(step), a)
	Label("row")
	VMOVUPD(index(raw, a), x)
	VMOVUPD(index(u, a), sum)
	XORQ(b, b)
	Label("column")
	VMOVUPD(index(s, b), y)
	VFMADD231PD(index(raw, b), y, sum)
	VMOVUPD(index(u, b), t)
	VFMADD231PD(x, y, t)
	VMOVUPD(t, index(u, b))
	advance(Imm(step), b)
	CMPQ(b, a)
	JLT(LabelRef("column"))
	VMOVUPD(sum, index(u, a))
	advance(stride, s)
	advance(Imm(step), stride, a)
	CMPQ(a, width)
	JLT(LabelRef("row"))
	return width
}

func (v vector) squares() {
	v.kernel("squares", func() {
		n, a := number(fieldN), pointer(fieldA)
		sums := v.zeros(2)
		sum, outer := sums[0], sums[1]
		Label("each")
		x := v.load(at(a, 0))
		VMULPD(x, x, x)
		VFMADD231PD(sum, x, outer)
		VADDPD(x, sum, sum)
		advance(Imm(step), a)
		times(n, "each")
		dst, also := pointer(fieldDst), pointer(fieldE)
		VMOVUPD(sum, at(dst, 0))
		VMOVUPD(outer, at(also, 0))
	})
}
