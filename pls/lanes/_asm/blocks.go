package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// chunks writes code for the columns of a block, most at a time: body(k, label)
// for k columns must go on at the label after when left has become 0, else at
// the label again.
func chunks(left reg.Register, most int, prefix string, body func(k int)) {
	for k := most; k > 1; k-- {
		CMPQ(left, Imm(uint64(k)))
		JGE(LabelRef(fmt.Sprint(prefix, k)))
	}
	for k := 1; k <= most; k++ {
		Label(fmt.Sprint(prefix, k))
		body(k)
	}
}

func (v vector) cross() {
	v.kernel("cross", func() {
		s, left := block(), number(fieldM)
		right, columns := pointer(fieldB), pointer(fieldD)
		sum := v.zeros(1)[0]
		// The rows' sums begin with the first chunk of columns and go on with
		// those after it.
		for _, first := range []bool{true, false} {
			prefix := map[bool]string{true: "first", false: "more"}[first]
			Label(prefix)
			chunks(left, v.block, prefix, func(k int) {
				w, u := v.news(k), v.zeros(k)
				for q := range k {
					VMOVUPD(at(right, step*q), w[q])
				}
				n, stride, p := number(fieldN), bytes(fieldRow), copied(s)
				l, rows := pointer(fieldA), pointer(fieldC)
				x, t := v.new(), v.new()
				row := fmt.Sprint(prefix, "row", k)
				Label(row)
				VMOVUPD(at(l, 0), x)
				if first {
					v.zero(t)
				} else {
					VMOVUPD(at(rows, 0), t)
				}
				for q := range k {
					y := v.load(at(p, step*q))
					VFMADD231PD(w[q], y, t)
					VFMADD231PD(x, y, u[q])
				}
				VMOVUPD(t, at(rows, 0))
				advance(stride, p)
				advance(Imm(step), stride, l, rows)
				times(n, row)
				for q := range k {
					VMOVUPD(u[q], at(columns, step*q))
					VFMADD231PD(u[q], w[q], sum)
				}
				if k == v.block {
					advance(I32(step*k), s, right, columns)
					SUBQ(Imm(uint64(k)), left)
					JNZ(LabelRef("more"))
				}
				JMP(LabelRef("end"))
			})
		}
		Label("end")
		v.twice(sum)
	})
}

// twice stores a correlation at both places where it is wanted.
func (v vector) twice(sum reg.VecVirtual) {
	dst, also := pointer(fieldDst), pointer(fieldE)
	VMOVUPD(sum, at(dst, 0))
	VMOVUPD(sum, at(also, 0))
}

func (v vector) form() {
	v.kernel("form", func() {
		s, left, right := block(), number(fieldM), pointer(fieldB)
		sum := v.zeros(1)[0]
		Label("more")
		chunks(left, 8, "chunk", func(k int) {
			u := v.zeros(k)
			n, stride, p, l := number(fieldN), bytes(fieldRow), copied(s), pointer(fieldA)
			x := v.new()
			row := fmt.Sprint("row", k)
			Label(row)
			VMOVUPD(at(l, 0), x)
			for q := range k {
				VFMADD231PD(at(p, step*q), x, u[q])
			}
			advance(stride, p)
			advance(Imm(step), stride, l)
			times(n, row)
			for q := range k {
				VFMADD231PD(at(right, step*q), u[q], sum)
			}
			if k == 8 {
				advance(I32(step*k), s, right)
				SUBQ(Imm(uint64(k)), left)
				JNZ(LabelRef("more"))
			}
			JMP(LabelRef("end"))
		})
		Label("end")
		v.twice(sum)
	})
}

func (v vector) combine() {
	v.kernel("combine", func() {
		left, a, dst, width := number(fieldN), pointer(fieldA), pointer(fieldDst), bytes(fieldN)
		Label("more")
		chunks(left, 8, "chunk", func(k int) {
			u := v.zeros(k)
			m, p, e := number(fieldM), copied(a), pointer(fieldB)
			x := v.new()
			neighbour := fmt.Sprint("neighbour", k)
			Label(neighbour)
			VMOVUPD(at(e, 0), x)
			for q := range k {
				VFMADD231PD(at(p, step*q), x, u[q])
			}
			advance(width, p)
			advance(Imm(step), e)
			times(m, neighbour)
			for q := range k {
				VMOVUPD(u[q], at(dst, step*q))
			}
			if k == 8 {
				advance(I32(step*k), a, dst)
				SUBQ(Imm(uint64(k)), left)
				JNZ(LabelRef("more"))
			}
			JMP(LabelRef("next"))
		})
	})
}

func (v vector) between() {
	v.kernel("between", func() {
		n, s, stride, l := number(fieldN), block(), bytes(fieldRow), pointer(fieldA)
		c, d := pointer(fieldC), pointer(fieldD)
		saturated, estimated, positive := v.load(at(c, 0)), v.load(at(d, 0)), v.all("size")
		first, second, size := v.zeros(2), v.zeros(2), v.zeros(2)
		x, y := v.new(), v.new()
		p, right, pairs := GP64(), GP64(), GP64()
		z, e := v.new(), v.new()
		column := func(parity, offset int) {
			r, w := v.load(at(p, offset)), v.load(at(right, offset))
			VMOVAPD(r, z)
			VMOVAPD(r, e)
			VFNMADD231PD(w, x, z)
			VFNMADD231PD(w, y, e)
			VANDPD(positive, r, r)
			VFMADD231PD(z, z, first[parity])
			VFMADD231PD(e, e, second[parity])
			VADDPD(r, size[parity], size[parity])
		}
		Label("row")
		VMULPD(at(l, 0), saturated, x)
		VMULPD(at(l, 0), estimated, y)
		MOVQ(s, p)
		right = pointer(fieldB)
		pairs = number(fieldM)
		SHRQ(Imm(1), pairs)
		JZ(LabelRef("odd"))
		Label("pair")
		column(0, 0)
		column(1, step)
		advance(I32(2*step), p, right)
		times(pairs, "pair")
		Label("odd")
		TESTL(U32(1), number(fieldM).As32())
		JZ(LabelRef("end"))
		column(0, 0)
		Label("end")
		advance(stride, s)
		advance(Imm(step), stride, l)
		times(n, "row")
		dst, sizes := pointer(fieldDst), pointer(fieldE)
		VADDPD(first[1], first[0], first[0])
		VADDPD(second[1], second[0], second[0])
		VADDPD(size[1], size[0], size[0])
		VADDPD(at(dst, 0), first[0], first[0])
		VADDPD(at(dst, step), second[0], second[0])
		VMOVUPD(first[0], at(dst, 0))
		VMOVUPD(second[0], at(dst, step))
		VMOVUPD(size[0], at(sizes, 0))
	})
}

func (v vector) within() {
	v.kernel("within", func() {
		s, stride, l, width := block(), bytes(fieldRow), pointer(fieldA), bytes(fieldN)
		sums := v.zeros(3)
		square, sum, size, positive := sums[0], sums[1], sums[2], v.all("size")
		x, r, z := v.new(), v.new(), v.new()
		a, b := GP64(), GP64()
		MOVQ(U32(step), a)
		Label("row")
		VMOVUPD(index(l, a), x)
		XORQ(b, b)
		Label("column")
		VMOVUPD(index(s, b), r)
		VMOVAPD(r, z)
		VFNMADD231PD(index(l, b), x, z)
		VFMADD231PD(z, z, square)
		VADDPD(r, sum, sum)
		VANDPD(positive, r, r)
		VADDPD(r, size, size)
		advance(Imm(step), b)
		CMPQ(b, a)
		JLT(LabelRef("column"))
		advance(stride, s)
		advance(Imm(step), stride, a)
		CMPQ(a, width)
		JLT(LabelRef("row"))
		dst, sizes := pointer(fieldDst), pointer(fieldE)
		VADDPD(at(dst, 0), square, z)
		VMOVUPD(z, at(dst, 0))
		VADDPD(at(dst, step), square, z)
		VMOVUPD(z, at(dst, step))
		to := pointer(fieldD)
		VMOVUPD(sum, at(to, 0))
		VMOVUPD(size, at(sizes, 0))
	})
}
