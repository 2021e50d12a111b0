// Package study is a whole study: the study file, the order in which data,
// codebook, models and settings are looked at and estimated, and the Result
// that every front end shows and that result.json holds.
//
// Most people need two calls:
//
//	s, findings := study.Load("examples/village")         // study.yaml, every trouble at once
//	r, err := study.Run(ctx, s, study.RunOptions{})       // err is a *finding.Errors
//
// Check looks at everything and estimates nothing; Describe looks at the data.
package study

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame"
	"plumb/frame/open"
	"plumb/model"
)

// This file is the order of things: data, codebook, roles, models, pre-flight,
// estimates. Everything that can be looked at without estimating is looked at
// first, so that all findings of a study come at once.

// Version of the program. A release sets it at link time in the command; this
// one stands in results of a program that was built without.
const Version = "0.1.0"

// RunOptions are about the run, not about the study: they change no figure.
type RunOptions struct {
	Workers int    // 0: what the study says, else all cores
	Version string // "": Version
	// Progress is told now and then how many replicates of a model are done.
	Progress func(model string, done, total int)
	Command  string // see Result.Command

	draw draw // nil draws all replicates; see shard.go
}

const (
	// CodeModeConstruct: a mode is given for something that is no construct.
	// Smallest example: "mode: {QAUL: A}" beside "QUAL <~ a + b".
	CodeModeConstruct finding.Code = "mode-construct"
	// CodeLabelConstruct: a label is given for something that is no construct.
	// Smallest example: "labels: {QAUL: Quality}" beside "QUAL <~ a + b".
	CodeLabelConstruct finding.Code = "label-construct"
	// CodeNoModel: there is no model to estimate. Smallest example:
	// "data: {file: a.csv}".
	CodeNoModel finding.Code = "no-model"
)

// prepared is a study whose files have been read.
type prepared struct {
	frame  *frame.Frame
	models []*model.Model // one a model of the study; nil where it has errors
	notes  []finding.List // the findings about each model
	list   finding.List   // all other findings
}

// all returns every finding, those about models after the others.
func (p *prepared) all() finding.List {
	out := slices.Clone(p.list)
	for _, n := range p.notes {
		out = append(out, n...)
	}
	return out
}

// Check reads everything that the study names and returns every finding;
// nothing is estimated.
func Check(ctx context.Context, s *Study) (finding.List, error) {
	p := s.prepare(ctx)
	return p.all(), ctx.Err()
}

// CheckData is Check, and tells what was read; its Data are empty where the
// data cannot be read.
func CheckData(ctx context.Context, s *Study) (Data, finding.List, error) {
	p := s.prepare(ctx)
	if p.frame == nil || ctx.Err() != nil {
		return Data{}, p.all(), ctx.Err()
	}
	return describe(p.frame), p.all(), nil
}

// Run estimates and assesses every model of the study. The error is a
// *finding.Errors with all findings, or that of the context.
func Run(ctx context.Context, s *Study, o RunOptions) (*Result, error) {
	p := s.prepare(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(s.Models) == 0 {
		p.list = append(p.list, finding.Finding{Code: CodeNoModel, Severity: finding.Error, Place: s.place("models"),
			Message: "The study has no model, so there is nothing to estimate.",
			Hint:    "Add a models: section; plumb check looks at the data alone."})
	}
	if err := p.all().Err(); err != nil {
		return nil, err
	}
	r := &Result{Plumb: o.Version, Title: s.Title, Note: s.Note, Command: o.Command, Data: describe(p.frame), Findings: p.list}
	if r.Plumb == "" {
		r.Plumb = Version
	}
	var failed finding.List
	for i, spec := range s.Models {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		options := spec.fitOptions(s.Flags)
		if o.Workers > 0 {
			options.Workers = o.Workers
		}
		if o.Progress != nil {
			options.Progress = func(done, total int) { o.Progress(spec.Name, done, total) }
		}
		options.draw = o.draw
		f, err := FitModel(ctx, p.frame, p.models[i], options)
		if err != nil {
			list := asFindings(err)
			for j := range list {
				list[j].Place.Model = s.modelName(i)
				if list[j].Place.File == "" && list[j].Place.Line > 0 {
					list[j].Place.File = s.modelFile(i)
				}
			}
			failed = append(failed, list...)
			continue
		}
		f.Name = spec.Name
		f.Settings.Seed = max(spec.Inference.Seed, 1)
		f.Findings = slices.Concat(p.notes[i], f.Findings)
		r.Models = append(r.Models, f)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(failed) > 0 {
		return nil, slices.Concat(p.all(), failed).Err()
	}
	return r, nil
}

// fitOptions returns the settings that FitModel takes.
func (m ModelSpec) fitOptions(flags bool) FitOptions {
	return FitOptions{
		Estimator: m.Estimate.Estimator, Scheme: m.Estimate.Scheme, Missing: m.Estimate.Missing,
		Tolerance: m.Estimate.Tolerance, MaxIterations: m.Estimate.MaxIterations,
		Labels: m.Labels, Hypotheses: m.Hypotheses, Workers: m.Inference.Workers, Inference: m.Inference, Groups: m.Groups, Flags: flags,
	}
}

// asFindings returns the list in an error of a package of ours. Any other
// error is one finding.
func asFindings(err error) finding.List {
	var list *finding.Errors
	if errors.As(err, &list) {
		return slices.Clone(list.List)
	}
	return finding.List{{Code: CodeCannotRead, Severity: finding.Error, Message: err.Error()}}
}

// modelName names model i in places: a study with one model needs no name.
func (s *Study) modelName(i int) string {
	if len(s.Models) < 2 {
		return ""
	}
	return s.Models[i].Name
}

// modelFile is the name of the file that the text of model i stands in; "" for
// a text without one.
func (s *Study) modelFile(i int) string {
	switch {
	case s.Models[i].File != "":
		return filepath.Base(s.Models[i].File)
	case s.File != "":
		return filepath.Base(s.File)
	}
	return ""
}

// prepare reads everything that the study names and collects all findings.
func (s *Study) prepare(ctx context.Context) *prepared {
	p := &prepared{list: slices.Clone(s.findings)}
	p.frame = s.read(p)
	if ctx.Err() != nil {
		return p
	}
	p.models = make([]*model.Model, len(s.Models))
	p.notes = make([]finding.List, len(s.Models))
	for i := range s.Models {
		p.models[i], p.notes[i] = s.model(i, p.frame)
	}
	if p.frame != nil && ctx.Err() == nil {
		p.list = append(p.list, frame.Preflight(p.frame, s.preflight(p))...)
	}
	return p
}

// preflight says which columns the models use, and for how many parameters.
// Blocks that several models share are looked at once; columns that the data
// lack have been reported with the model.
func (s *Study) preflight(p *prepared) frame.PreflightOptions {
	o := frame.PreflightOptions{KeepsIncomplete: true}
	seen := map[string]bool{}
	for i, m := range p.models {
		if m == nil {
			continue
		}
		if in := s.Models[i].Inference; in.Bootstrap > 0 && in.Resample != "people" {
			o.ByCluster = true
		}
		if s.Models[i].Estimate.Missing == "listwise" {
			o.KeepsIncomplete = false
		}
		o.Parameters = max(o.Parameters, len(m.Indicators())+len(m.Paths))
		for _, c := range m.Constructs {
			b := frame.Block{Construct: c.Name, Regression: c.EffectiveMode() == model.ModeB}
			for _, name := range c.Indicators {
				if p.frame.Column(name) != nil {
					b.Columns = append(b.Columns, name)
				}
			}
			if key := fmt.Sprintf("%#v", b); !seen[key] {
				seen[key] = true
				o.Blocks = append(o.Blocks, b)
			}
		}
	}
	return o
}

// read opens the data, applies the codebook and gives columns their roles. It
// returns nil when the data cannot be read.
func (s *Study) read(p *prepared) *frame.Frame {
	o, list := s.readOptions()
	p.list = append(p.list, list...)
	path, key := s.Data.File, "data.file"
	if path == "" {
		path, key = s.Data.Matrix, "data.matrix"
	}
	if path == "" {
		return nil
	}
	// Where a key is wrong, the file is read by those that are right, so that
	// what is wrong with the data and the models is told as well.
	var f *frame.Frame
	if wrong := s.noData(s.path(path)); wrong != nil {
		p.list = append(p.list, wrong...)
	} else {
		var err error
		if f, err = open.File(s.path(path), o); err != nil {
			p.list = append(p.list, s.placeFile(asFindings(err), key)...)
		}
	}
	book := s.readCodebook(p)
	if f == nil {
		return nil
	}
	p.list = append(p.list, f.Findings...)
	if book != nil {
		p.list = append(p.list, book.Apply(f)...)
	}
	p.list = append(p.list, s.giveRoles(f)...)
	return f
}

func (s *Study) readCodebook(p *prepared) *frame.Codebook {
	if s.Data.Codebook == "" {
		return nil
	}
	table, err := open.File(s.path(s.Data.Codebook), frame.Options{})
	if err != nil {
		p.list = append(p.list, s.placeFile(asFindings(err), "data.codebook")...)
		return nil
	}
	book, list := frame.ParseCodebook(table, filepath.Base(s.Data.Codebook))
	p.list = append(p.list, list...)
	return book
}

// readOptions translates the words of the data section. What is wrong in a
// study file has been found by its checker; a study built by hand is checked
// here.
func (s *Study) readOptions() (frame.Options, finding.List) {
	d := s.Data
	o := frame.Options{Format: d.Format, Encoding: d.Encoding, Sheet: d.Sheet, Missing: d.Missing, N: d.N}
	if d.Matrix != "" {
		o.Format = "matrix"
	}
	var list finding.List
	wrong := func(key string, err error) {
		list = append(list, finding.Finding{Code: CodeValue, Severity: finding.Error, Place: s.place("data." + key), Message: err.Error() + "."})
	}
	var err error
	if d.Delimiter != "" {
		if o.Delimiter, err = ParseDelimiter(d.Delimiter); err != nil {
			wrong("delimiter", err)
		}
	}
	if d.Decimal != "" {
		if o.Decimal, err = ParseDecimal(d.Decimal); err != nil {
			wrong("decimal", err)
		}
	}
	switch row, err := strconv.Atoi(d.Header); {
	case d.Header == "none":
		o.HeaderRow = -1
	case d.Header != "" && (err != nil || row < 1):
		wrong("header", fmt.Errorf("%q is no row number from 1, and not none", d.Header))
	default:
		o.HeaderRow = row
	}
	if s.places != nil {
		list = nil // the checker of the file has found the same
	}
	return o, list
}

// roles pairs the keys of the data section with what they make of a column.
func (d DataSpec) roles() []struct {
	key, column string
	role        frame.Role
} {
	return []struct {
		key, column string
		role        frame.Role
	}{
		{"id", d.ID, frame.RoleID}, {"weight", d.Weight, frame.RoleWeight}, {"cluster", d.Cluster, frame.RoleCluster},
		{"strata", d.Strata, frame.RoleStrata}, {"group", d.Group, frame.RoleGroup}, {"wave", d.Wave, frame.RoleWave},
	}
}

// giveRoles lets the study overrule the codebook on what a column is for.
func (s *Study) giveRoles(f *frame.Frame) finding.List {
	var list finding.List
	for _, r := range s.Data.roles() {
		if r.column == "" {
			continue
		}
		at := s.place("data." + r.key)
		c := f.Column(r.column)
		if c == nil {
			hint := finding.DidYouMean(r.column, f.Names())
			if hint == "" {
				hint = "Give the name of a column as it stands in the header."
			}
			list = append(list, finding.Finding{Code: model.CodeUnknownColumn, Severity: finding.Error, Place: at,
				Message: fmt.Sprintf("%s, the %s, is not a column of %s.", r.column, r.key, f.Source.File), Hint: hint})
			continue
		}
		for _, other := range f.WithRole(r.role) {
			other.Role = frame.RoleNone
		}
		c.Role = r.role
		if r.role == frame.RoleGroup || r.role == frame.RoleWave {
			if !slices.ContainsFunc(s.Models, func(m ModelSpec) bool { return m.Groups.asked() }) {
				list = append(list, finding.Finding{Code: CodeNotCompared, Severity: finding.Info, Place: at,
					Message: fmt.Sprintf("%s is the %s, and no model compares by it.", r.column, r.key),
					Hint:    fmt.Sprintf("Write groups: {by: %s} below a model to compare.", r.column)})
			}
		}
	}
	return list
}

// model reads model i and compares it with the data and with its settings. The
// model is nil when it has errors of its own.
func (s *Study) model(i int, f *frame.Frame) (*model.Model, finding.List) {
	spec := s.Models[i]
	o := model.ParseOptions{Model: s.modelName(i), File: s.modelFile(i)}
	text := spec.Text
	if spec.File != "" {
		b, err := readLimited(s.path(spec.File), model.MaxText+1)
		if err != nil {
			hint := ""
			if errors.Is(err, fs.ErrNotExist) {
				hint = open.NearFile(s.path(spec.File))
			}
			list := cannotRead(finding.Place{File: o.File}, err, hint)
			list[0].Message = strings.Replace(list[0].Message, "The file", "The model file "+spec.File, 1)
			list = s.placeFile(list, fmt.Sprintf("models.%d.file", i))
			list[0].Place.Model = o.Model
			return nil, list
		}
		text = string(b)
		if wrong := s.noModel(i, text); wrong != nil {
			return nil, wrong
		}
	} else if at, ok := s.texts[i]; ok {
		o.Line, o.Indent = at.first, at.indent
	}
	if f != nil {
		o.Columns, o.Data = f.Names(), f.Source.File
	}
	if strings.TrimSpace(text) == "" && spec.File == "" && s.findings.Count(finding.Error) > 0 {
		return nil, nil // the checker has said what is missing
	}
	m, list := model.Parse(text, o)
	list = s.sayHowRead(list, text, f, o.Model)
	if m == nil {
		return nil, list
	}
	path := fmt.Sprintf("models.%d.", i)
	list = append(list, s.applyModes(m, spec.Estimate.Modes, path+"estimate.mode", o.Model)...)
	for _, name := range slices.Sorted(maps.Keys(spec.Labels)) {
		if m.Index(name) < 0 {
			list = append(list, s.noConstruct(CodeLabelConstruct, finding.Warning, m, name, "label", path+"labels."+name, o.Model))
		}
	}
	if f != nil && spec.Groups.asked() {
		_, wrong := groupColumn(f, spec.Groups.By, s.Flags)
		for i := range wrong {
			wrong[i].Place = s.place(path + "groups.by")
			wrong[i].Place.Model = o.Model
		}
		list = append(list, wrong...)
	}
	for _, c := range spec.Hypotheses {
		at := s.place(path + "hypotheses." + c.Name)
		at.Model = o.Model
		list = append(list, checkClaim(c, m, at)...)
		if spec.Inference.Bootstrap > 0 {
			list = append(list, checkSides(c, spec.Inference.Sides, at)...)
		}
	}
	if spec.Inference.Bootstrap == 0 && (spec.Inference.Interval != "" || spec.Inference.Level != 0) {
		at := s.place(path + "inference")
		at.Model = o.Model
		list = append(list, finding.Finding{Code: CodeNoReplicates, Severity: finding.Warning, Place: at,
			Message: "An interval is asked for, but no replicates to take it from: there are no standard errors, intervals or p values.",
			Hint:    "Say how many: " + typed(s.Flags, "bootstrap", "10000") + "."})
	}
	return m, list
}

// applyModes sets the modes that the study gives beside the model text.
func (s *Study) applyModes(m *model.Model, modes map[string]string, path, name string) finding.List {
	var list finding.List
	for _, construct := range slices.Sorted(maps.Keys(modes)) {
		j := m.Index(construct)
		if j < 0 {
			list = append(list, s.noConstruct(CodeModeConstruct, finding.Error, m, construct, "mode", path+"."+construct, name))
			continue
		}
		c := &m.Constructs[j]
		c.Mode = model.ModeDefault // a default that is written out is none in a Model
		wanted := map[string]model.Mode{"A": model.ModeA, "B": model.ModeB}[modes[construct]]
		if c.EffectiveMode() != wanted {
			c.Mode = wanted
		}
	}
	return list
}

func (s *Study) noConstruct(code finding.Code, severity finding.Severity, m *model.Model, name, what, path, modelName string) finding.Finding {
	hint := finding.DidYouMean(name, m.Names())
	if hint == "" {
		hint = "The constructs are " + strings.Join(m.Names(), ", ") + "."
	}
	at := s.place(path)
	at.Model = modelName
	return finding.Finding{Code: code, Severity: severity, Place: at,
		Message: fmt.Sprintf("A %s is given for %s, which is no construct of the model.", what, name), Hint: hint}
}

// Describe reads the data of a study, models aside, and describes every column.
// The error is a *finding.Errors, or that of the context.
func Describe(ctx context.Context, s *Study) (Data, finding.List, error) {
	p := &prepared{list: slices.Clone(s.findings)}
	p.frame = s.read(p)
	if err := ctx.Err(); err != nil {
		return Data{}, nil, err
	}
	if err := p.list.Err(); err != nil {
		return Data{}, nil, err
	}
	return describe(p.frame), p.list, nil
}

// describe says what was analysed.
func describe(f *frame.Frame) Data {
	d := Data{Source: f.Source, Rows: f.Rows, Matrix: f.Matrix != nil}
	for _, c := range f.WithRole(frame.RoleWeight) {
		d.Weight = c.Name
	}
	for _, c := range f.WithRole(frame.RoleCluster) {
		d.Cluster = c.Name
	}
	for _, c := range frame.Describe(f) {
		column := Column{Name: c.Name, Label: c.Label, Kind: c.Kind, Level: c.Level.String(), Role: c.Role.String(), Missing: c.Missing,
			Mean: Number(c.Mean), SD: Number(c.SD), Min: Number(c.Min), Max: Number(c.Max),
			Skewness: Number(c.Skewness), Kurtosis: Number(c.Kurtosis), Distinct: c.Distinct}
		for _, v := range c.Frequencies {
			column.Top = append(column.Top, Frequency{Value: v.Value, Label: v.Label, Count: v.Count})
		}
		d.Columns = append(d.Columns, column)
	}
	return d
}
