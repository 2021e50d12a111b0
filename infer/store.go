package infer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"slices"
)

// Replicates on disk, for a run in shards. A file is
//
//	plumb replicates 1 LF
//	header as one line of JSON LF
//	statuses, one byte a replicate
//	values, little-endian float64, statistic by statistic
//	inner standard errors and inner shares likewise, when the header says so
//	SHA-256 of all that stands before, 32 bytes
//
// The header names the problem by a fingerprint, so that parts of different
// problems are never put together.

const storeMagic = "plumb replicates 1\n"

// maxStored bounds what a header may claim, so that a damaged file cannot ask
// for all memory: 2^31 numbers are 16 GiB.
const maxStored = 1 << 31

type storeHeader struct {
	Fingerprint string `json:"fingerprint"`
	Seed        uint64 `json:"seed"`
	Replicates  int    `json:"replicates"` // of the whole run
	From        int    `json:"from"`
	To          int    `json:"to"`
	Statistics  int    `json:"statistics"`
	Units       int    `json:"units"`
	Inner       int    `json:"inner"`
}

// Write stores the replicates of a run. fingerprint identifies the problem
// (data, model, settings); replicates is the number of the whole run.
func (r *Run) Write(w io.Writer, fingerprint string, replicates int) error {
	sum := sha256.New()
	b := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	h := storeHeader{Fingerprint: fingerprint, Seed: r.Seed, Replicates: replicates, From: r.From, To: r.To,
		Statistics: len(r.Values), Units: r.Units, Inner: r.inner}
	header, err := json.Marshal(h)
	if err != nil {
		return err
	}
	head := append([]byte(storeMagic), header...)
	head = append(head, '\n')
	for _, s := range r.Status {
		head = append(head, byte(s))
	}
	if _, err := b.Write(head); err != nil {
		return err
	}
	for _, part := range [][][]float64{r.Values, r.InnerSE, r.InnerShare} {
		for _, x := range part {
			if err := binary.Write(b, binary.LittleEndian, x); err != nil {
				return err
			}
		}
	}
	if err := b.Flush(); err != nil {
		return err
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

// Stored is a part of a run as it was read.
type Stored struct {
	Fingerprint string
	Replicates  int // of the whole run
	run         Run
}

// ReadStored reads what Write wrote. The errors say what is wrong with the
// file; nothing of a damaged one is returned.
func ReadStored(in io.Reader) (*Stored, error) {
	sum := sha256.New()
	b := bufio.NewReaderSize(in, 1<<16)
	tee := &hashing{b, sum}
	magic := make([]byte, len(storeMagic))
	if _, err := io.ReadFull(tee, magic); err != nil || string(magic) != storeMagic {
		return nil, errors.New("it holds no replicates")
	}
	line, err := tee.line(1 << 16)
	if err != nil {
		return nil, err
	}
	var h storeHeader
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, fmt.Errorf("its header is damaged: %w", err)
	}
	n := h.To - h.From
	if h.From < 0 || n <= 0 || h.To > h.Replicates || h.Statistics <= 0 || h.Inner < 0 || int64(n)*int64(h.Statistics) > maxStored {
		return nil, errors.New("its header is damaged: the counts cannot be")
	}
	s := &Stored{Fingerprint: h.Fingerprint, Replicates: h.Replicates,
		run: Run{Seed: h.Seed, From: h.From, To: h.To, Units: h.Units, inner: h.Inner}}
	// The buffer grows with what is there: a header alone costs no memory.
	var status bytes.Buffer
	if _, err := io.CopyN(&status, tee, int64(n)); err != nil {
		return nil, errors.New("it is cut off")
	}
	for _, v := range status.Bytes() {
		if Status(v) > Degenerate {
			return nil, errors.New("it is damaged")
		}
		s.run.Status = append(s.run.Status, Status(v))
	}
	if s.run.Values, err = readColumns(tee, h.Statistics, n); err == nil && h.Inner > 0 {
		if s.run.InnerSE, err = readColumns(tee, h.Statistics, n); err == nil {
			s.run.InnerShare, err = readColumns(tee, h.Statistics, n)
		}
	}
	if err != nil {
		return nil, err
	}
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(b, want); err != nil || !bytes.Equal(want, sum.Sum(nil)) {
		return nil, errors.New("it is damaged or cut off: its checksum does not hold")
	}
	return s, nil
}

func readColumns(in io.Reader, statistics, n int) ([][]float64, error) {
	out := make([][]float64, 0, min(statistics, 1024))
	raw := make([]byte, 8*n)
	for range statistics {
		if _, err := io.ReadFull(in, raw); err != nil {
			return nil, errors.New("it is cut off")
		}
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
		}
		out = append(out, x)
	}
	return out, nil
}

// hashing reads and adds to a checksum.
type hashing struct {
	r   *bufio.Reader
	sum hash.Hash
}

func (h *hashing) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.sum.Write(p[:n])
	return n, err
}

func (h *hashing) line(most int) ([]byte, error) {
	var out []byte
	for len(out) < most {
		c, err := h.r.ReadByte()
		if err != nil {
			return nil, errors.New("it is cut off")
		}
		h.sum.Write([]byte{c})
		if c == '\n' {
			return out, nil
		}
		out = append(out, c)
	}
	return nil, errors.New("its header is damaged: too long")
}

// Join puts the stored parts of one run together for a problem: the result is
// that of Bootstrap without shards, bit for bit. The order of the parts does
// not matter. The errors say which part is missing, double or foreign.
func Join(p Problem, fingerprint string, o Options, parts []*Stored) (*Run, error) {
	o.defaults()
	r := &Run{Layout: NewLayout(p.Estimate), Seed: o.Seed, To: o.Replicates, inner: o.Inner}
	n := r.Layout.Len()
	r.Original = make([]float64, n)
	r.Layout.Measure(p.Estimate, r.Original)
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, func(a, b *Stored) int { return a.run.From - b.run.From })
	next := 0
	for _, s := range sorted {
		switch {
		case s.Fingerprint != fingerprint || s.run.Seed != o.Seed || s.Replicates != o.Replicates || len(s.run.Values) != n || s.run.inner != o.Inner:
			return nil, fmt.Errorf("replicates %d to %d are of other data, another model or other settings", s.run.From, s.run.To-1)
		case s.run.From < next:
			return nil, fmt.Errorf("replicate %d comes twice", s.run.From)
		case s.run.From > next:
			return nil, fmt.Errorf("replicates %d to %d are missing", next, s.run.From-1)
		}
		next = s.run.To
	}
	if next != o.Replicates {
		return nil, fmt.Errorf("replicates %d to %d are missing", next, o.Replicates-1)
	}
	r.Values = columns(n, o.Replicates)
	if o.Inner > 0 {
		r.InnerSE, r.InnerShare = columns(n, o.Replicates), columns(n, o.Replicates)
	}
	for _, s := range sorted {
		r.Units = s.run.Units
		r.Status = append(r.Status, s.run.Status...)
		for i := range r.Values {
			copy(r.Values[i][s.run.From:], s.run.Values[i])
			if o.Inner > 0 {
				copy(r.InnerSE[i][s.run.From:], s.run.InnerSE[i])
				copy(r.InnerShare[i][s.run.From:], s.run.InnerShare[i])
			}
		}
	}
	return r, nil
}

// Shard returns the replicates [from, to) of part i (from 1) of n.
func Shard(replicates, i, n int) (from, to int) {
	return replicates * (i - 1) / n, replicates * i / n
}
