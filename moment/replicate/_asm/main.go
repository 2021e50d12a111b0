// Command _asm writes the assembly of package replicate:
//
//	cd moment/replicate && go generate
//
// Every function is written once, for vectors of 512 and of 256 bits; what
// differs between them stands in the type vector. README.md of the package
// explains the layouts.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	lanes       = 64 // replicates of a panel
	tileColumns = 6
	groupBytes  = 64 // a group of 8 lanes of float64
	digitBytes  = 16 // size of Go's struct digit
)

// vector is a register size.
type vector struct {
	name  string
	bytes int
	new   func() reg.VecVirtual
	zero  func(x, y, to Op)
}

var (
	zmm = vector{"AVX512", 64, ZMM, func(x, y, to Op) { VPXORD(x, y, to) }}
	ymm = vector{"AVX2", 32, YMM, func(x, y, to Op) { VPXOR(x, y, to) }}
)

func main() {
	ConstraintExpr("amd64")
	tileVNNI()
	tileWords()
	for _, v := range []vector{zmm, ymm} {
		tileFloat(v)
		widen(v)
		for _, float := range []bool{false, true} {
			variances(v, float)
			correlate(v, float)
		}
	}
	peak("peakVNNI", zmm, 24, func(x, y, a Op) { VPDPBUSD(x, y, a) })
	peak("peakWords", ymm, 13, func(x, y, a Op) { VPMADDUBSW(x, y, a) })
	peak("peakFMAAVX512", zmm, 24, func(x, y, a Op) { VFMADD231PD(x, y, a) })
	peak("peakFMAAVX2", ymm, 13, func(x, y, a Op) { VFMADD231PD(x, y, a) })
	Generate()
}

// peak is for benchmarks: how fast the machine can multiply and add at all.
func peak(name string, v vector, accumulators int, op func(x, y, a Op)) {
	text(name, "func(n int)", fmt.Sprintf("does n rounds of %d multiply-adds on registers alone.", accumulators))
	n := param("n")
	acc, x := v.zeros(accumulators), v.zeros(2)
	alignCode(64)
	Label("round")
	for _, a := range acc {
		op(x[0], x[1], a)
	}
	DECQ(n)
	JNZ(LabelRef("round"))
	VZEROUPPER()
	RET()
}

func text(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, signature)
	Doc(append([]string{name + " " + doc[0]}, doc[1:]...)...)
	Pragma("noescape")
}

func param(name string) reg.Register { return Load(Param(name), GP64()) }

func (v vector) zeros(n int) []reg.VecVirtual {
	x := make([]reg.VecVirtual, n)
	for i := range x {
		x[i] = v.new()
		v.zero(x[i], x[i], x[i])
	}
	return x
}

// alignCode aligns the loop that begins here.
func alignCode(to uint64) {
	Instruction(&ir.Instruction{Opcode: "PCALIGN", Operands: []Op{Imm(to)}})
}

func advance(p Op, bytes int) { ADDQ(I32(bytes), p) }

func at(base reg.Register, bytes int) Mem { return Mem{Base: base, Disp: bytes} }

// tileVNNI: 4 vectors of 16 lanes x 6 columns = 24 accumulators; every step of
// 4 units takes 4 loads, 6 broadcasts and 24 VPDPBUSD (u8 x s8, four products
// added to 32 bits without saturation).
func tileVNNI() {
	text("tileVNNI", "func(t *int32, c *uint32, z *int8, steps int, add bool)",
		"sets t[column][lane], or with add adds, the sums of count * z over steps of",
		"four units: counts c[step][lane][4], tile z[step][column][4].")
	t, c, z, steps := param("t"), param("c"), param("z"), param("steps")
	add := Load(Param("add"), GP8())
	acc := zmm.zeros(4 * tileColumns)
	counts := []reg.VecVirtual{ZMM(), ZMM(), ZMM(), ZMM()}
	tile := []reg.VecVirtual{ZMM(), ZMM()}
	alignCode(64)
	Label("step")
	for i, v := range counts {
		VMOVDQU32(at(c, 64*i), v)
	}
	for q := range tileColumns {
		b := tile[q%2]
		VPBROADCASTD(at(z, 4*q), b)
		for i, v := range counts {
			VPDPBUSD(b, v, acc[4*q+i])
		}
	}
	advance(c, 4*lanes)
	advance(z, 4*tileColumns)
	DECQ(steps)
	JNZ(LabelRef("step"))
	TESTB(add, add)
	JZ(LabelRef("store"))
	for i, a := range acc {
		VPADDD(at(t, 64*i), a, a)
	}
	Label("store")
	for i, a := range acc {
		VMOVDQU32(a, at(t, 64*i))
	}
	VZEROUPPER()
	RET()
}

// tileWords: 2 vectors of 8 lanes x 6 columns = 12 accumulators of 16-bit sums,
// two to a lane, four times to cover the 64 lanes.
func tileWords() {
	text("tileWords", "func(t *int32, c *uint32, z *int8, steps int, add bool)",
		"is tileVNNI for AVX2. Sums of pairs are kept in 16 bits: the caller sees to",
		"it that 2 * steps * count * |z| stays below 2^15.")
	t, c, z, steps := param("t"), param("c"), param("z"), param("steps")
	add := Load(Param("add"), GP8())
	quarter, from, tile, left := GP64(), GP64(), GP64(), GP64()
	MOVQ(U32(4), quarter)
	Label("quarter")
	MOVQ(c, from)
	MOVQ(z, tile)
	MOVQ(steps, left)
	acc := ymm.zeros(2 * tileColumns)
	counts := []reg.VecVirtual{YMM(), YMM()}
	b, product := YMM(), YMM()
	alignCode(32)
	Label("step")
	for i, v := range counts {
		VMOVDQU(at(from, 32*i), v)
	}
	for q := range tileColumns {
		VPBROADCASTD(at(tile, 4*q), b)
		for i, v := range counts {
			VPMADDUBSW(b, v, product)
			VPADDW(product, acc[2*q+i], acc[2*q+i])
		}
	}
	advance(from, 4*lanes)
	advance(tile, 4*tileColumns)
	DECQ(left)
	JNZ(LabelRef("step"))
	one := counts[0]
	VPCMPEQW(one, one, one)
	VPSRLW(Imm(15), one, one)
	for _, a := range acc {
		VPMADDWD(one, a, a)
	}
	TESTB(add, add)
	JZ(LabelRef("store"))
	for i, a := range acc {
		VPADDD(at(t, 4*lanes*(i/2)+32*(i%2)), a, a)
	}
	Label("store")
	for i, a := range acc {
		VMOVDQU(a, at(t, 4*lanes*(i/2)+32*(i%2)))
	}
	advance(c, 64)
	advance(t, 64)
	DECQ(quarter)
	JNZ(LabelRef("quarter"))
	VZEROUPPER()
	RET()
}

// tileFloat: as the integer tiles, on 32 lanes of float64.
func tileFloat(v vector) {
	width := 2 // vectors of counts at a time
	if v.bytes == 64 {
		width = 4
	}
	text("tileFloat"+v.name, "func(out, z, counts *float64, k int, first bool)",
		"is multiplyTile.")
	out, z, counts, k := param("out"), param("z"), param("counts"), param("k")
	first := Load(Param("first"), GP8())
	part, from, tile, left := GP64(), GP64(), GP64(), GP64()
	MOVQ(U32(lanes/2*8/(width*v.bytes)), part)
	Label("part")
	MOVQ(counts, from)
	MOVQ(z, tile)
	MOVQ(k, left)
	acc := v.zeros(width * tileColumns)
	c := make([]reg.VecVirtual, width)
	for i := range c {
		c[i] = v.new()
	}
	b := v.new()
	alignCode(64)
	Label("unit")
	for i, x := range c {
		VMOVUPD(at(from, v.bytes*i), x)
	}
	for q := range tileColumns {
		VBROADCASTSD(at(tile, 8*q), b)
		for i, x := range c {
			VFMADD231PD(b, x, acc[width*q+i])
		}
	}
	advance(from, lanes/2*8)
	advance(tile, 8*tileColumns)
	DECQ(left)
	JNZ(LabelRef("unit"))
	TESTB(first, first)
	JNZ(LabelRef("store"))
	to := func(i int) Mem { return at(out, 8*lanes*(i/width)+v.bytes*(i%width)) }
	for i, a := range acc {
		VADDPD(to(i), a, a)
	}
	Label("store")
	for i, a := range acc {
		VMOVUPD(a, to(i))
	}
	advance(counts, width*v.bytes)
	advance(out, width*v.bytes)
	DECQ(part)
	JNZ(LabelRef("part"))
	VZEROUPPER()
	RET()
}

func widen(v vector) {
	text("widen"+v.name, "func(m *float64, t *int32, digits *int32, n int, worth float64, again bool)",
		"is widen for n > 0 digits (the address of the first digit).")
	m, t, digits, n := param("m"), param("t"), param("digits"), param("n")
	again := Load(Param("again"), GP8())
	worth, scale, x := v.new(), v.new(), v.new()
	VBROADCASTSD(paramAddress("worth"), worth)
	to, first := GP64(), GP8()
	Label("digit")
	MOVLQSX(at(digits, 0), to)
	SHLQ(Imm(9), to)
	ADDQ(m, to)
	VBROADCASTSD(at(digits, 8), scale)
	VMULPD(worth, scale, scale)
	MOVB(at(digits, 4), first)
	TESTB(first, first)
	JZ(LabelRef("more"))
	TESTB(again, again)
	JNZ(LabelRef("more"))
	vectors := 8 * lanes / v.bytes
	for i := range vectors {
		VCVTDQ2PD(at(t, v.bytes/2*i), x)
		VMULPD(scale, x, x)
		VMOVUPD(x, at(to, v.bytes*i))
	}
	JMP(LabelRef("next"))
	Label("more")
	sum := v.new()
	for i := range vectors {
		VCVTDQ2PD(at(t, v.bytes/2*i), x)
		VMOVUPD(at(to, v.bytes*i), sum)
		VFMADD231PD(scale, x, sum)
		VMOVUPD(sum, at(to, v.bytes*i))
	}
	Label("next")
	advance(digits, digitBytes)
	advance(t, 4*lanes)
	DECQ(n)
	JNZ(LabelRef("digit"))
	VZEROUPPER()
	RET()
}

func paramAddress(name string) Op {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// moments describes the element type of M.
type moments struct {
	suffix, kind string
	bytes        int
}

func momentsOf(float bool) moments {
	if float {
		return moments{"64", "float64", 8}
	}
	return moments{"32", "int32", 4}
}

// load reads one vector of lanes as float64.
func (m moments) load(from Mem, to reg.Register) {
	if m.bytes == 8 {
		VMOVUPD(from, to)
		return
	}
	VCVTDQ2PD(from, to)
}

// centred makes product = weight * product - a * b as the Go function centred
// does; w and e are scratch.
func centred(weight Op, product, a, b, w, e reg.Register) {
	VMULPD(a, b, w)
	VMOVAPD(w, e)
	VFNMADD231PD(a, b, e)
	VFMSUB213PD(w, weight, product)
	VADDPD(e, product, product)
}

func variances(v vector, float bool) {
	e := momentsOf(float)
	text("variances"+e.suffix+v.name, "func(m *"+e.kind+", p int, sum, root, weight *float64) uint64",
		"is variances for p > 0 columns.")
	m, p := param("m"), param("p")
	sum, root, weight := param("sum"), param("root"), param("weight")
	far := GP64() // from the sum of a column to its sum of squares
	IMUL3Q(I32(lanes*e.bytes), p, far)
	bad, g, left, s, mask := GP64(), GP64(), GP64(), GP64(), GP64()
	XORQ(bad, bad)
	MOVQ(U32(8), g)
	parts := groupBytes / v.bytes
	var w, least []reg.VecVirtual
	for range parts {
		w, least = append(w, v.new()), append(least, v.new())
	}
	x, q, t, u := v.new(), v.new(), v.new(), v.new()
	Label("group")
	for i := range parts {
		e.load(at(m, i*v.bytes*e.bytes/8), w[i])
		VMOVUPD(w[i], at(weight, i*v.bytes))
	}
	MOVQ(p, left)
	MOVQ(m, s)
	for i := range parts {
		VMOVAPD(w[i], least[i]) // no empty replicate has a variance either
	}
	Label("column")
	advance(s, lanes*e.bytes)
	for i := range parts {
		from := at(s, i*v.bytes*e.bytes/8)
		e.load(from, x)
		from.Index, from.Scale = far, 1
		e.load(from, q)
		VMOVUPD(x, at(sum, i*v.bytes))
		centred(w[i], q, x, x, t, u)
		VMINPD(q, least[i], least[i])
		VSQRTPD(q, q)
		VMOVUPD(q, at(root, i*v.bytes))
	}
	advance(sum, groupBytes)
	advance(root, groupBytes)
	DECQ(left)
	JNZ(LabelRef("column"))
	SHRQ(Imm(8), bad)
	v.zero(x, x, x)
	const notAbove = 10 // !(least > 0)
	for i := range parts {
		if v.bytes == 64 {
			k := K()
			VCMPPD(Imm(notAbove), x, least[i], k)
			KMOVB(k, mask.As32())
		} else {
			VCMPPD(Imm(notAbove), x, least[i], t)
			VMOVMSKPD(t, mask.As32())
		}
		SHLQ(Imm(uint64(56+4*i)), mask)
		ORQ(mask, bad)
	}
	advance(m, 8*e.bytes)
	advance(weight, groupBytes)
	DECQ(g)
	JNZ(LabelRef("group"))
	Store(bad, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

func correlate(v vector, float bool) {
	e := momentsOf(float)
	text("correlate"+e.suffix+v.name, "func(m *"+e.kind+", pairs *[2]int32, n, p int, sum, root, weight, r *float64)",
		"is correlate for n > 0 pairs.")
	m, pairs, n := param("m"), param("pairs"), param("n")
	p := param("p")
	SHLQ(Imm(6), p) // bytes of a group of sums
	sum, root, weight, r := param("sum"), param("root"), param("weight"), param("r")
	g, left, from, pair, a, b := GP64(), GP64(), GP64(), GP64(), GP64(), GP64()
	MOVQ(U32(8), g)
	parts := groupBytes / v.bytes
	var w []reg.VecVirtual
	for range parts {
		w = append(w, v.new())
	}
	Label("group")
	for i := range parts {
		VMOVUPD(at(weight, i*v.bytes), w[i])
	}
	MOVQ(n, left)
	MOVQ(m, from)
	MOVQ(pairs, pair)
	alignCode(32)
	Label("pair")
	MOVLQSX(at(pair, 0), a)
	MOVLQSX(at(pair, 4), b)
	SHLQ(Imm(6), a)
	SHLQ(Imm(6), b)
	for i := range parts {
		x, y, q, t, u := v.new(), v.new(), v.new(), v.new(), v.new()
		of := func(base, index reg.Register) Mem {
			return Mem{Base: base, Index: index, Scale: 1, Disp: i * v.bytes}
		}
		e.load(at(from, i*v.bytes*e.bytes/8), q)
		VMOVUPD(of(sum, a), x)
		VMOVUPD(of(sum, b), y)
		centred(w[i], q, x, y, t, u)
		VMOVUPD(of(root, a), x)
		VMULPD(of(root, b), x, x)
		VDIVPD(x, q, q)
		VMOVUPD(q, at(r, i*v.bytes))
	}
	advance(from, lanes*e.bytes)
	advance(pair, 8)
	advance(r, groupBytes)
	DECQ(left)
	JNZ(LabelRef("pair"))
	advance(m, 8*e.bytes)
	ADDQ(p, sum)
	ADDQ(p, root)
	advance(weight, groupBytes)
	DECQ(g)
	JNZ(LabelRef("group"))
	VZEROUPPER()
	RET()
}
