// Command _asm writes the assembly of package lanes:
//
//	cd pls/lanes && go generate
//
// Every kernel is written once, for vectors of 512 and of 256 bits. The latter
// hold four lanes: the caller runs the list for the first four lanes and again
// for the other four. A kernel's meaning, and the order of its sums, is that of
// the function in plain Go of the same name.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of Go's struct op, and its size.
const (
	fieldN = 4 * iota
	fieldM
	fieldR
	fieldRow
	fieldDst
	fieldA
	fieldB
	fieldC
	fieldD
	fieldE
	fieldSA
	fieldSB
	opSize
)

// Positions of Vectors that scale knows, in bytes.
const (
	active = 64 * iota
	change
	fault
)

// step is the distance from a Vector to the next.
const step = 64

// Predicates of VCMPPD; all are false for NaN but notGreater.
const (
	equal      = 0x00
	less       = 0x11
	notGreater = 0x1a
	greater    = 0x1e
)

// vector is a register size.
type vector struct {
	name  string
	new   func() reg.VecVirtual
	wide  bool
	block int // columns of a block of R that cross keeps in registers
	tri   int // largest block that scale keeps in registers
	ldl   int // largest matrix that factor and solve keep in registers
}

var (
	zmm = vector{"AVX512", ZMM, true, 8, 8, 5}
	ymm = vector{"AVX2", YMM, false, 4, 5, 3}
)

// The operations of a list that is being run.
var ops, count, base, matrix reg.Register

func main() {
	ConstraintExpr("amd64,!purego")
	for _, v := range []vector{zmm, ymm} {
		v.elementwise()
		v.dot()
		v.decisions()
		v.turn()
		v.factor()
		v.solve()
		v.cross()
		v.form()
		v.scale()
		v.apply()
		v.squares()
		v.combine()
		v.between()
		v.within()
	}
	Generate()
}

// kernel writes a function that executes body for each operation. Body ends
// where the label next is, and jumps there to end early.
func (v vector) kernel(name string, body func()) { v.list(name, func() {}, body, func() {}) }

// list is kernel with something before the first operation and after the last.
func (v vector) list(name string, before, body, after func()) {
	TEXT(name+v.name, NOSPLIT, "func(ops *uint32, n int, v, r *float64)")
	Pragma("noescape")
	ops, count = Load(Param("ops"), GP64()), Load(Param("n"), GP64())
	base, matrix = Load(Param("v"), GP64()), Load(Param("r"), GP64())
	before()
	Label("op")
	body()
	Label("next")
	ADDQ(Imm(opSize), ops)
	DECQ(count)
	JNZ(LabelRef("op"))
	after()
	VZEROUPPER()
	RET()
}

func at(base reg.Register, bytes int) Mem { return Mem{Base: base, Disp: bytes} }

// index is the Vector at p + i.
func index(p, i reg.Register) Mem { return Mem{Base: p, Index: i, Scale: 1} }

// number loads a field.
func number(field int) reg.GPVirtual {
	x := GP64()
	MOVL(at(ops, field), x.As32())
	return x
}

// bytes loads a field that counts Vectors, as bytes.
func bytes(field int) reg.GPVirtual {
	x := number(field)
	SHLQ(Imm(6), x)
	return x
}

// pointer loads a position in the solver's memory.
func pointer(field int) reg.GPVirtual {
	x := bytes(field)
	ADDQ(base, x)
	return x
}

// block loads the position in R.
func block() reg.GPVirtual {
	x := bytes(fieldR)
	ADDQ(matrix, x)
	return x
}

func copied(x reg.Register) reg.GPVirtual {
	y := GP64()
	MOVQ(x, y)
	return y
}

func advance(by Op, pointers ...reg.Register) {
	for _, p := range pointers {
		ADDQ(by, p)
	}
}

// times ends a loop that began at label.
func times(n reg.Register, label string) {
	DECQ(n)
	JNZ(LabelRef(label))
}

func (v vector) news(n int) []reg.VecVirtual {
	x := make([]reg.VecVirtual, n)
	for i := range x {
		x[i] = v.new()
	}
	return x
}

func (v vector) zero(x reg.VecVirtual) {
	if v.wide {
		// avo believes that this reads x, and keeps a register for it from the
		// beginning of the function.
		Instruction(&ir.Instruction{Opcode: "VPXORQ", Operands: []Op{x, x, x}, Outputs: []Op{x}})
	} else {
		VXORPD(x, x, x)
	}
}

func (v vector) zeros(n int) []reg.VecVirtual {
	x := v.news(n)
	for i := range x {
		v.zero(x[i])
	}
	return x
}

func (v vector) load(m Mem) reg.VecVirtual {
	x := v.new()
	VMOVUPD(m, x)
	return x
}

// all returns a vector with the same bits in every lane.
func (v vector) all(name string) reg.VecVirtual {
	x := v.new()
	VBROADCASTSD(constants[name], x)
	return x
}

var constants = map[string]Mem{}

func init() {
	for name, bits := range map[string]uint64{"one": 0x3ff0 << 48, "minusOne": 0xbff0 << 48, "half": 0x3fe0 << 48, "size": 1<<63 - 1, "sign": 1 << 63} {
		constants[name] = GLOBL(name, RODATA|NOPTR)
		DATA(0, U64(bits))
	}
}

// compare makes mask all ones where x is in the relation to y.
func (v vector) compare(relation uint64, x reg.VecVirtual, y Op, mask reg.VecVirtual) {
	if !v.wide {
		VCMPPD(Imm(relation), y, x, mask)
		return
	}
	k := K()
	VCMPPD(Imm(relation), y, x, k)
	VPMOVM2Q(k, mask)
}

// choose makes to the lanes of yes where the mask's signs are set, else of no.
func (v vector) choose(mask, yes, no, to reg.VecVirtual) {
	if !v.wide {
		VBLENDVPD(mask, yes, no, to)
		return
	}
	k := K()
	VPMOVQ2M(mask, k)
	VBLENDMPD(yes, no, k, to)
}

// none jumps to the label when the mask has no lane.
func (v vector) none(mask reg.VecVirtual, label string) {
	if v.wide {
		k := K()
		VPMOVQ2M(mask, k)
		KORTESTB(k, k)
	} else {
		any := GP32()
		VMOVMSKPD(mask, any)
		TESTL(any, any)
	}
	JZ(LabelRef(label))
}

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

// byOrder writes one piece of code for each order of a matrix up to v.ldl, and
// memory for others. All of them end at the label next.
func (v vector) byOrder(memory func(), registers func(n int)) {
	order := number(fieldN)
	for n := 2; n <= v.ldl; n++ {
		CMPQ(order, Imm(uint64(n)))
		JEQ(LabelRef(fmt.Sprint("order", n)))
	}
	memory()
	JMP(LabelRef("next"))
	for n := 2; n <= v.ldl; n++ {
		Label(fmt.Sprint("order", n))
		registers(n)
		JMP(LabelRef("next"))
	}
}

func (v vector) factor() {
	v.kernel("factor", func() {
		v.byOrder(v.factorMemory, func(n int) {
			square, scratch := pointer(fieldA), pointer(fieldB)
			pivot, inverse := pointer(fieldC), pointer(fieldD)
			limits, dst := pointer(fieldE), pointer(fieldDst)
			one, limit, found := v.all("one"), v.load(at(limits, 0)), v.zeros(1)[0]
			l := make([][]reg.VecVirtual, n)
			for a := range n {
				l[a] = v.news(a)
				x, d := v.news(a), v.new()
				VMOVAPD(one, d)
				for b := range a {
					VMOVUPD(at(square, step*(a*n+b)), x[b])
					for c := range b {
						VFNMADD231PD(l[b][c], x[c], x[b])
					}
					if b == 0 {
						VMOVAPD(x[b], l[a][b]) // the first pivot is 1
					} else {
						VMULPD(at(inverse, step*b), x[b], l[a][b])
					}
					VMOVUPD(l[a][b], at(square, step*(a*n+b)))
					VFNMADD231PD(l[a][b], x[b], d)
				}
				if a == n-1 {
					for b := range a {
						VMOVUPD(x[b], at(scratch, step*b))
					}
				}
				VMOVUPD(d, at(pivot, step*a))
				v.collect(d, limit, found)
				if a > 0 {
					VDIVPD(d, one, d)
				}
				VMOVUPD(d, at(inverse, step*a))
			}
			v.flag(found, at(dst, 0))
		})
	})
}

func (v vector) factorMemory() {
	width, square, scratch := bytes(fieldN), pointer(fieldA), pointer(fieldB)
	pivot, inverse := pointer(fieldC), pointer(fieldD)
	limits := pointer(fieldE)
	one, limit, found := v.all("one"), v.load(at(limits, 0)), v.zeros(1)[0]
	d, t, l := v.new(), v.new(), v.new()
	a, b, c := GP64(), GP64(), GP64()
	row, other := copied(square), GP64()
	XORQ(a, a)
	Label("row")
	VMOVAPD(one, d)
	XORQ(b, b)
	MOVQ(square, other)
	Label("column")
	CMPQ(b, a)
	JGE(LabelRef("pivot"))
	VMOVUPD(index(row, b), t)
	XORQ(c, c)
	Label("sum")
	CMPQ(c, b)
	JGE(LabelRef("summed"))
	VMOVUPD(index(other, c), l)
	VFNMADD231PD(index(scratch, c), l, t)
	advance(Imm(step), c)
	JMP(LabelRef("sum"))
	Label("summed")
	VMOVUPD(t, index(scratch, b))
	VMULPD(index(inverse, b), t, l)
	VMOVUPD(l, index(row, b))
	VFNMADD231PD(l, t, d)
	advance(Imm(step), b)
	advance(width, other)
	JMP(LabelRef("column"))
	Label("pivot")
	VMOVUPD(d, index(pivot, a))
	v.collect(d, limit, found)
	VDIVPD(d, one, t)
	VMOVUPD(t, index(inverse, a))
	advance(Imm(step), a)
	advance(width, row)
	CMPQ(a, width)
	JLT(LabelRef("row"))
	dst := pointer(fieldDst)
	v.flag(found, at(dst, 0))
}

func (v vector) solve() {
	v.kernel("solve", func() {
		v.byOrder(v.solveMemory, func(n int) {
			square, inverse := pointer(fieldA), pointer(fieldD)
			right, out := pointer(fieldB), pointer(fieldDst)
			x := v.news(n)
			for a := range n {
				VMOVUPD(at(right, step*a), x[a])
				for c := range a {
					VFNMADD231PD(at(square, step*(a*n+c)), x[c], x[a])
				}
			}
			for a := n - 1; a >= 0; a-- {
				VMULPD(at(inverse, step*a), x[a], x[a])
				for c := a + 1; c < n; c++ {
					VFNMADD231PD(at(square, step*(c*n+a)), x[c], x[a])
				}
				VMOVUPD(x[a], at(out, step*a))
			}
		})
	})
}

func (v vector) solveMemory() {
	width, row := bytes(fieldN), pointer(fieldA)
	right, out, inverse := pointer(fieldB), pointer(fieldDst), pointer(fieldD)
	t, l := v.new(), v.new()
	a, c := GP64(), GP64()
	XORQ(a, a)
	Label("forward")
	VMOVUPD(index(right, a), t)
	XORQ(c, c)
	Label("sum")
	CMPQ(c, a)
	JGE(LabelRef("summed"))
	VMOVUPD(index(row, c), l)
	VFNMADD231PD(index(out, c), l, t)
	advance(Imm(step), c)
	JMP(LabelRef("sum"))
	Label("summed")
	VMOVUPD(t, index(out, a))
	advance(Imm(step), a)
	advance(width, row)
	CMPQ(a, width)
	JLT(LabelRef("forward"))
	// Row is one past the last now; below walks down a column.
	below := GP64()
	SUBQ(Imm(step), a)
	Label("backward")
	SUBQ(width, row)
	VMOVUPD(index(out, a), t)
	VMULPD(index(inverse, a), t, t)
	MOVQ(row, below)
	ADDQ(a, below)
	MOVQ(a, c)
	Label("down")
	advance(Imm(step), c)
	advance(width, below)
	CMPQ(c, width)
	JGE(LabelRef("found"))
	VMOVUPD(at(below, 0), l)
	VFNMADD231PD(index(out, c), l, t)
	JMP(LabelRef("down"))
	Label("found")
	VMOVUPD(t, index(out, a))
	SUBQ(Imm(step), a)
	JGE(LabelRef("backward"))
}

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
