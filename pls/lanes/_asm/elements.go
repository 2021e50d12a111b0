package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementwise writes move, product, quotient, plus, minus and root.
func (v vector) elementwise() {
	each := func(name string, operands string, do func(a, b, c Mem, x reg.VecVirtual)) {
		v.kernel(name, func() {
			n, dst, a := number(fieldN), pointer(fieldDst), pointer(fieldA)
			sa := bytes(fieldSA)
			var b, c, sb reg.Register
			if len(operands) > 1 {
				b, sb = pointer(fieldB), bytes(fieldSB)
			}
			if len(operands) > 2 {
				c = pointer(fieldC)
			}
			x := v.new()
			Label("each")
			do(at(a, 0), at(b, 0), at(c, 0), x)
			VMOVUPD(x, at(dst, 0))
			advance(sa, a)
			if b != nil {
				advance(sb, b)
			}
			if c != nil {
				advance(Imm(step), c)
			}
			advance(Imm(step), dst)
			times(n, "each")
		})
	}
	each("move", "a", func(a, _, _ Mem, x reg.VecVirtual) { VMOVUPD(a, x) })
	each("root", "a", func(a, _, _ Mem, x reg.VecVirtual) { VSQRTPD(a, x) })
	each("product", "ab", func(a, b, _ Mem, x reg.VecVirtual) {
		VMOVUPD(a, x)
		VMULPD(b, x, x)
	})
	each("quotient", "ab", func(a, b, _ Mem, x reg.VecVirtual) {
		VMOVUPD(a, x)
		VDIVPD(b, x, x)
	})
	each("plus", "abc", func(a, b, c Mem, x reg.VecVirtual) {
		y := v.load(a)
		VMOVUPD(c, x)
		VFMADD231PD(b, y, x)
	})
	each("minus", "abc", func(a, b, c Mem, x reg.VecVirtual) {
		y := v.load(a)
		VMOVUPD(c, x)
		VFNMADD231PD(b, y, x)
	})
	each("pick", "abc", func(a, b, c Mem, x reg.VecVirtual) {
		zero, mask, y := v.new(), v.new(), v.load(a)
		v.zero(zero)
		v.compare(greater, y, zero, mask)
		VMOVUPD(b, y)
		VMOVUPD(c, x)
		v.choose(mask, y, x, x)
	})
}

func (v vector) dot() {
	v.kernel("dot", func() {
		n, dst, a, b, c := number(fieldN), pointer(fieldDst), pointer(fieldA), pointer(fieldB), pointer(fieldC)
		sa, sb := bytes(fieldSA), bytes(fieldSB)
		sum := v.load(at(c, 0))
		Label("each")
		x := v.load(at(a, 0))
		VFMADD231PD(at(b, 0), x, sum)
		advance(sa, a)
		advance(sb, b)
		times(n, "each")
		VMOVUPD(sum, at(dst, 0))
	})
}

// decisions writes guard and exceed.
func (v vector) decisions() {
	decision := func(name string, relation uint64, size bool) {
		v.kernel(name, func() {
			n, dst, a, c := number(fieldN), pointer(fieldDst), pointer(fieldA), pointer(fieldC)
			limit, found, mask := v.load(at(c, 0)), v.zeros(1)[0], v.new()
			var positive reg.VecVirtual
			if size {
				positive = v.all("size")
			}
			Label("each")
			x := v.load(at(a, 0))
			if size {
				VANDPD(positive, x, x)
			}
			v.compare(relation, x, limit, mask)
			VORPD(mask, found, found)
			advance(Imm(step), a)
			times(n, "each")
			v.flag(found, at(dst, 0))
		})
	}
	decision("guard", notGreater, false)
	decision("exceed", greater, true)
}

func (v vector) turn() {
	v.kernel("turn", func() {
		n, m, a, b := number(fieldN), number(fieldM), pointer(fieldA), pointer(fieldB)
		zero, one, mask := v.new(), v.all("one"), v.new()
		v.zero(zero)
		sums := v.zeros(2)
		negative, sum := sums[0], sums[1]
		half := XMM()
		VXORPD(half, half, half)
		VCVTSI2SDQ(m, half, half)
		VMULSD(constants["half"], half, half)
		halves := v.new()
		VBROADCASTSD(half, halves)
		p := copied(a)
		Label("vote")
		x := v.load(at(p, 0))
		v.compare(less, x, zero, mask)
		VANDPD(one, mask, mask)
		VADDPD(mask, negative, negative)
		VADDPD(x, sum, sum)
		advance(Imm(step), p)
		times(m, "vote")
		v.compare(less, sum, zero, mask)
		v.compare(equal, negative, halves, x)
		VANDPD(x, mask, mask)
		v.compare(greater, negative, halves, x)
		VORPD(x, mask, mask)
		v.none(mask, "next")
		VANDPD(v.all("sign"), mask, mask)
		Label("each")
		VXORPD(at(a, 0), mask, x)
		VMOVUPD(x, at(a, 0))
		VXORPD(at(b, 0), mask, x)
		VMOVUPD(x, at(b, 0))
		advance(Imm(step), a, b)
		times(n, "each")
	})
}
