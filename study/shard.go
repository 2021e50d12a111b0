package study

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/infer"
)

// A run in shards: each of N machines draws its share of the replicates and
// writes them to a file; Merge puts the files together. Because every
// replicate has a random stream of its own, the merged result has the same
// bits as one run.

// Shard is part I (from 1) of N.
type Shard struct{ I, N int }

// ParseShard reads "3/10".
func ParseShard(text string) (Shard, error) {
	first, second, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(strings.TrimSpace(first))
	n, err2 := strconv.Atoi(strings.TrimSpace(second))
	if !ok || err1 != nil || err2 != nil || i < 1 || n < 1 || i > n || n > 1_000_000 {
		return Shard{}, fmt.Errorf("%q is no shard such as 3/10, part 3 of 10", text)
	}
	return Shard{i, n}, nil
}

// String writes "3/10".
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.I, s.N) }

const (
	// CodeNoReplicates: an interval, or a shard, of a study that draws no
	// replicates. Smallest example: inference: {interval: bca} without bootstrap.
	CodeNoReplicates finding.Code = "no-replicates"
	// CodeShardFile: a file that is no shard, is damaged, or is of another run.
	// Smallest example: plumb merge report.html.
	CodeShardFile finding.Code = "shard-file"
)

// shardMagic begins the file of a shard; a line of JSON follows, then the
// replicates of each model (infer.Run.Write) one after another.
const shardMagic = "plumb shard 1\n"

type shardHeader struct {
	Plumb   string `json:"plumb"`
	Shard   Shard  `json:"shard"`
	Command string `json:"command"`
	Study   Study  `json:"study"`
	// Sections counts the models with replicates.
	Sections int `json:"sections"`
}

// draw is how replicates come about in shards: drawn in part, or read.
type draw func(ctx context.Context, fingerprint string, p infer.Problem, o infer.Options) (*infer.Run, error)

// fingerprint identifies the problem that replicates belong to: the file, the
// model, every setting that changes a replicate, and the very numbers that are resampled, so
// that the same file read another way (other missing codes, another sheet) is
// another problem.
func fingerprint(f *frame.Frame, fit *Fitted, o FitOptions, p infer.Problem) string {
	spec := o.Inference
	spec.Fit = false
	spec.Workers, spec.Level, spec.Adjust, spec.Inadmissible, spec.Sides = 0, 0, "", "", "" // of the summary only
	text, err := json.Marshal([]any{f.Source.SHA256, fit.Model.Text, fit.Settings, spec, p.Rows.Names(), p.Units, p.Strata})
	if err != nil {
		panic(err) // plain structs
	}
	sum := sha256.New()
	sum.Write(text)
	for _, x := range append(slices.Clone(p.Rows.Columns()), p.Rows.Weights()) {
		var b []byte
		for _, v := range x {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		sum.Write(b)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// WriteShard draws part of the replicates of every model of the study that
// asks for some, and writes them to w. Nothing is written before all are drawn.
func WriteShard(ctx context.Context, s *Study, o RunOptions, part Shard, w io.Writer) error {
	h := shardHeader{Plumb: o.Version, Shard: part, Command: o.Command, Study: *s}
	var body bytes.Buffer
	o.draw = func(ctx context.Context, print string, p infer.Problem, draws infer.Options) (*infer.Run, error) {
		draws.From, draws.To = infer.Shard(draws.Replicates, part.I, part.N)
		draws.Jackknife = false // merging does it once
		if draws.Replicates < part.N {
			return nil, finding.List{{Code: CodeNoReplicates, Severity: finding.Error,
				Message: fmt.Sprintf("%s cannot be shared out among %d shards.", count(draws.Replicates, "replicate"), part.N),
				Hint:    "Use fewer shards."}}.Err()
		}
		run, err := infer.Bootstrap(ctx, p, draws)
		if err != nil {
			return nil, err
		}
		h.Sections++
		return run, run.Write(&body, print, draws.Replicates)
	}
	drawn := *s
	drawn.Models = slices.Clone(s.Models)
	for i := range drawn.Models {
		drawn.Models[i].Inference.Fit = false // merging does these once
		drawn.Models[i].Groups = GroupSpec{}
	}
	if _, err := Run(ctx, &drawn, o); err != nil {
		return err
	}
	if h.Sections == 0 {
		return finding.List{{Code: CodeNoReplicates, Severity: finding.Error,
			Message: "The study draws no replicates, so there is nothing to share out.",
			Hint:    "Say how many: " + typed(s.Flags, "bootstrap", "10000") + "."}}.Err()
	}
	header, err := json.Marshal(h)
	if err != nil {
		return err
	}
	for _, part := range [][]byte{[]byte(shardMagic), header, {'\n'}, body.Bytes()} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// shardFile is a shard as it was read.
type shardFile struct {
	path   string
	header shardHeader
	parts  []*infer.Stored
}

// Merge runs the study that the shards belong to with their replicates in
// place of new ones. The error is a *finding.Errors that names the file.
func Merge(ctx context.Context, paths []string, o RunOptions) (*Result, *Study, error) {
	var files []shardFile
	var trouble finding.List
	wrong := func(path, message, hint string) {
		trouble = append(trouble, finding.Finding{Code: CodeShardFile, Severity: finding.Error,
			Place: finding.Place{File: filepath.Base(path)}, Message: message, Hint: hint})
	}
	for _, path := range paths {
		f, err := readShard(path)
		if err != nil {
			wrong(path, "The file cannot be used as a shard: "+err.Error()+".", "Give the files that runs with --shard wrote.")
			continue
		}
		files = append(files, f)
	}
	if err := trouble.Err(); err != nil {
		return nil, nil, err
	}
	if len(files) == 0 {
		return nil, nil, finding.List{{Code: CodeShardFile, Severity: finding.Error, Message: "No shard was given.",
			Hint: "Give the files that runs with --shard wrote."}}.Err()
	}
	first := files[0].header
	for i, f := range files[1:] {
		if j := slices.IndexFunc(files[:i+1], func(o shardFile) bool { return o.header.Shard == f.header.Shard }); j >= 0 {
			wrong(f.path, fmt.Sprintf("The shard is part %s, and so is %s.", f.header.Shard, filepath.Base(files[j].path)), "Give each shard once.")
		}
		if f.header.Plumb != first.Plumb {
			wrong(f.path, fmt.Sprintf("The shard was drawn by version %s, and %s by %s.", f.header.Plumb, filepath.Base(files[0].path), first.Plumb),
				"Draw all shards with one version.")
		}
		if !sameStudy(f.header.Study, first.Study) {
			wrong(f.path, fmt.Sprintf("The shard is of another study, or of other settings, than %s.", filepath.Base(files[0].path)),
				"Merge the shards of one run.")
		}
		if f.header.Sections != first.Sections || f.header.Shard.N != first.Shard.N {
			wrong(f.path, fmt.Sprintf("The shard is part %s, but %s is part %s of another division.", f.header.Shard, filepath.Base(files[0].path), first.Shard),
				"Merge the shards of one run.")
		}
	}
	for i := 1; i <= first.Shard.N; i++ {
		if !slices.ContainsFunc(files, func(f shardFile) bool { return f.header.Shard.I == i }) {
			trouble = append(trouble, finding.Finding{Code: CodeShardFile, Severity: finding.Error,
				Message: fmt.Sprintf("Shard %d/%d is missing.", i, first.Shard.N), Hint: "Run it, or give its file too."})
		}
	}
	if err := trouble.Err(); err != nil {
		return nil, nil, err
	}
	section := 0
	o.Command = first.Command
	o.draw = func(ctx context.Context, print string, p infer.Problem, draws infer.Options) (*infer.Run, error) {
		var parts []*infer.Stored
		for _, f := range files {
			if section < len(f.parts) {
				if f.parts[section].Fingerprint != print {
					return nil, finding.List{{Code: CodeShardFile, Severity: finding.Error, Place: finding.Place{File: filepath.Base(f.path)},
						Message: "The shard is of other data, another model or other settings than the study gives now.",
						Hint:    "Merge where the data are as they were, or draw the shards again."}}.Err()
				}
				parts = append(parts, f.parts[section])
			}
		}
		section++
		run, err := infer.Join(p, print, draws, parts)
		if err != nil {
			return nil, finding.List{{Code: CodeShardFile, Severity: finding.Error,
				Message: "The shards do not make one run: " + err.Error() + ".", Hint: "Merge the shards of one run, each once, with the data as they were."}}.Err()
		}
		if draws.Jackknife {
			err = run.AddJackknife(ctx, p, draws)
		}
		return run, err
	}
	s := first.Study
	r, err := Run(ctx, &s, o)
	return r, &s, err
}

// sameStudy compares what two shards were asked for; how many cores they used
// does not matter.
func sameStudy(a, b Study) bool {
	text := func(s Study) []byte {
		s.Models = slices.Clone(s.Models)
		for i := range s.Models {
			s.Models[i].Inference.Workers = 0
		}
		t, err := json.Marshal(s)
		if err != nil {
			panic(err) // plain structs
		}
		return t
	}
	return bytes.Equal(text(a), text(b))
}

// maxShardHeader bounds the line that holds the study.
const maxShardHeader = 4 << 20

func readShard(path string) (shardFile, error) {
	out := shardFile{path: path}
	f, err := os.Open(path)
	if err != nil {
		var pathError *os.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		return out, err
	}
	defer f.Close()
	b := bufio.NewReaderSize(f, 1<<16)
	magic := make([]byte, len(shardMagic))
	if _, err := io.ReadFull(b, magic); err != nil || string(magic) != shardMagic {
		return out, errors.New("it is none")
	}
	var line []byte
	for {
		chunk, err := b.ReadSlice('\n')
		line = append(line, chunk...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) || len(line) > maxShardHeader {
			return out, errors.New("its header is damaged")
		}
	}
	if err := json.Unmarshal(line, &out.header); err != nil || out.header.Sections < 1 {
		return out, errors.New("its header is damaged")
	}
	for range out.header.Sections {
		part, err := infer.ReadStored(b)
		if err != nil {
			return out, err
		}
		out.parts = append(out.parts, part)
	}
	return out, nil
}
