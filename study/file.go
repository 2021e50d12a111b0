package study

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/infer/groups"
)

// Study is what a study file asks for: the data, the models and their
// settings. Load reads one; a program may as well build it by hand.
type Study struct {
	// File is the path of the study file. Relative paths below are relative to
	// its folder, or to the working directory when File is empty.
	File   string
	Title  string
	Note   string
	Data   DataSpec
	Models []ModelSpec
	// Flags says that the study was put together from flags of the command
	// line: hints then name flags, not keys.
	Flags bool

	// findings of reading the file; they stand in the result, and errors among
	// them keep the study from running.
	findings finding.List
	// places holds the position of every key of the file, by its path with the
	// indices of lists, from 0: "models.0.estimate.scheme". nil when the study
	// was built by hand.
	places map[string]finding.Place
	// texts holds where the model texts stand in the file, by index of the model.
	texts map[int]textPlace
}

// textPlace is the position of a text of several lines: its line i (from 1)
// is line first+i-1 of the file, moved to the right by indent characters.
type textPlace struct{ first, indent int }

// DataSpec names the data and says how to read them. Texts are as in the study
// file; empty ones leave the choice to the reader.
type DataSpec struct {
	File      string // survey file; or
	Matrix    string // file with a correlation or covariance matrix
	N         int    // number of cases behind the matrix; 0 when its file says so
	Codebook  string
	Format    string
	Sheet     string
	Header    string // row number, or none
	Delimiter string // see ParseDelimiter
	Decimal   string // see ParseDecimal
	Encoding  string
	Missing   []string // codes that mean no answer in every column

	// Columns with a role.
	ID, Weight, Cluster, Strata, Group, Wave string
}

// ModelSpec is one model with its settings.
type ModelSpec struct {
	Name       string
	Text       string            // the model text; or
	File       string            // a file that holds it
	Labels     map[string]string // construct -> label
	Estimate   EstimateSpec
	Inference  InferenceSpec
	Groups     GroupSpec
	Hypotheses []Claim
}

// EstimateSpec says how a model is estimated; the zero value is the default.
type EstimateSpec struct {
	Estimator     string
	Scheme        string
	Modes         map[string]string // construct -> A or B
	Missing       string
	Tolerance     float64
	MaxIterations int
}

// InferenceSpec says how uncertainty is found; the zero value asks for none.
type InferenceSpec struct {
	Bootstrap int // replicates
	Interval  string
	Level     float64
	Seed      uint64
	Workers   int
	// Resample says what is drawn where the data have a cluster column:
	// "clusters" (the default) or "people".
	Resample     string
	Sides        string // two-sided (default), greater, less
	Adjust       string // none (default), holm, bonferroni, bh
	Inadmissible string // keep (default), drop
	Fit          bool   // exact fit is tested too
}

const (
	// CodeCannotRead: a file cannot be read; the message says why.
	// Smallest example: plumb run nowhere.yaml.
	CodeCannotRead finding.Code = "cannot-read"
	// CodeNoStudy: a folder holds no study file, or more than one.
	// Smallest example: plumb run on an empty folder.
	CodeNoStudy finding.Code = "no-study-file"
	// CodeFoldedText: a model text begins with > and so loses its line ends.
	// Smallest example: "text: >\n  A =~ a\n  B =~ b".
	CodeFoldedText finding.Code = "study-folded-text"
	// CodeModelName: two models of a study have one name.
	// Smallest example: models: [{name: m, ...}, {name: m, ...}].
	CodeModelName finding.Code = "study-model-name"
)

// fileNames are the names of the study file in a folder.
var fileNames = []string{"study.yaml", "study.yml"}

// Load reads a study file, or the study file of a folder. All that is wrong
// with it is in the list; the Study is nil only when nothing could be read.
func Load(path string) (*Study, finding.List) {
	file, list := locate(path)
	if list != nil {
		return nil, list
	}
	text, err := readLimited(file, maxFileBytes+1)
	if err != nil {
		return nil, cannotRead(finding.Place{File: filepath.Base(file)}, err, "")
	}
	return Parse(text, file)
}

// locate finds the study file that a path means.
func locate(path string) (string, finding.List) {
	info, err := os.Stat(path)
	if err != nil {
		return "", cannotRead(finding.Place{File: path}, err, "Name a study file, or the folder that holds one.")
	}
	if !info.IsDir() {
		return path, nil
	}
	var found []string
	for _, name := range fileNames {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			found = append(found, name)
		}
	}
	at := finding.Place{File: path}
	if len(found) == 1 {
		return filepath.Join(path, found[0]), nil
	}
	if len(found) > 1 {
		return "", finding.List{{Code: CodeNoStudy, Severity: finding.Error, Place: at,
			Message: "The folder holds " + strings.Join(found, " and ") + ".", Hint: "Name the one that you mean, or remove the other."}}
	}
	hint := "Name the study file, or unpack an example with plumb sample village."
	if others, _ := filepath.Glob(filepath.Join(path, "*.y*ml")); len(others) > 0 {
		for i := range others {
			others[i] = filepath.Base(others[i])
		}
		hint = "Name the one that you mean: " + strings.Join(others, ", ") + "."
	}
	return "", finding.List{{Code: CodeNoStudy, Severity: finding.Error, Place: at,
		Message: "The folder holds no study.yaml.", Hint: hint}}
}

// readLimited reads at most limit bytes of a regular file.
func readLimited(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	return io.ReadAll(io.LimitReader(f, limit))
}

func cannotRead(at finding.Place, err error, hint string) finding.List {
	reason := err.Error()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		reason = "permission is denied"
	}
	var detail *fs.PathError
	if errors.As(err, &detail) && reason == err.Error() {
		reason = detail.Err.Error()
	}
	return finding.List{{Code: CodeCannotRead, Severity: finding.Error, Place: at,
		Message: "The file cannot be read: " + reason + ".", Hint: hint}}
}

// Parse reads the text of a study file. File is its path, for messages and for
// the files that it names; it is not opened.
func Parse(text []byte, file string) (*Study, finding.List) {
	name := ""
	if file != "" {
		name = filepath.Base(file)
	}
	root, list := readYAML(text, name)
	if root == nil {
		return nil, list
	}
	c := &checker{file: name, places: map[string]finding.Place{}, list: list}
	c.value(root, &studyKeys, "")
	if root.kind == scalarNode || root.kind == listNode {
		c.list[len(c.list)-1].Hint = "If this is a survey, use plumb fit or plumb check; plumb sample village unpacks a complete study."
	}
	s := &Study{File: file, places: c.places, texts: map[int]textPlace{}}
	s.Title, s.Note = root.get("title").str(), strings.TrimSpace(root.get("note").str())
	s.Data = dataSpec(root.get("data"))
	if n := root.get("data").get("n"); n.str() != "" && s.Data.Matrix == "" && s.Data.File != "" && s.Data.Format != "matrix" {
		c.add(CodeConflict, finding.Error, c.place("data.n", n.line, n.char), "The key n belongs to a published matrix, and the data are a survey file.",
			"Write matrix: in place of file:, or leave n out.")
	}
	for i, m := range root.get("models").list() {
		s.Models = append(s.Models, s.modelSpec(i, m, c))
	}
	s.findings = c.list
	return s, c.list
}

func dataSpec(n *node) DataSpec {
	return DataSpec{
		File: n.get("file").str(), Matrix: n.get("matrix").str(), N: n.get("n").whole(),
		Codebook: n.get("codebook").str(), Format: n.get("format").str(), Sheet: n.get("sheet").str(),
		Header: n.get("header").str(), Delimiter: n.get("delimiter").str(), Decimal: n.get("decimal").str(),
		Encoding: n.get("encoding").str(), Missing: n.get("missing").strings(),
		ID: n.get("id").str(), Weight: n.get("weight").str(), Cluster: n.get("cluster").str(),
		Strata: n.get("strata").str(), Group: n.get("group").str(), Wave: n.get("wave").str(),
	}
}

func (s *Study) modelSpec(i int, n *node, c *checker) ModelSpec {
	m := ModelSpec{
		Name: n.get("name").str(), Text: n.get("text").str(), File: n.get("file").str(),
		Labels: n.get("labels").names(),
	}
	if m.Name == "" {
		m.Name = fmt.Sprintf("model %d", i+1)
	}
	at := c.place("models.name", n.get("name").at().line, n.get("name").at().char)
	if j := slices.IndexFunc(s.Models, func(o ModelSpec) bool { return o.Name == m.Name }); j >= 0 {
		c.add(CodeModelName, finding.Error, at, fmt.Sprintf("Models %d and %d are both called %q.", j+1, i+1, m.Name), "Give each model a name of its own.")
	}
	if text := n.get("text"); text != nil {
		if text.style == ">" {
			c.add(CodeFoldedText, finding.Error, c.place("models.text", text.line, text.char),
				"A text that begins with > loses its line ends, and a model needs them.", "Write text: | instead.")
			m.Text = "" // read without its line ends, it would only raise findings that mislead
		}
		if text.style == "|" {
			s.texts[i] = textPlace{first: text.line + 1, indent: text.indent}
		}
	}
	est, inf := n.get("estimate"), n.get("inference")
	m.Estimate = EstimateSpec{
		Estimator: est.get("estimator").str(), Scheme: est.get("scheme").str(), Missing: est.get("missing").str(),
		Modes: est.get("mode").names(), Tolerance: est.get("tolerance").number(), MaxIterations: est.get("max-iterations").whole(),
	}
	m.Inference = InferenceSpec{
		Bootstrap: inf.get("bootstrap").whole(), Interval: inf.get("interval").str(), Level: inf.get("level").number(),
		Workers: inf.get("workers").whole(), Resample: inf.get("resample").str(), Sides: inf.get("sides").str(),
		Adjust: inf.get("adjust").str(), Inadmissible: inf.get("inadmissible").str(), Fit: inf.get("fit").str() == "true",
	}
	m.Inference.Seed, _ = strconv.ParseUint(inf.get("seed").str(), 10, 64)
	if g := n.get("groups"); g != nil && g.kind == mappingNode {
		m.Groups = GroupSpec{By: g.get("by").str(), Permutations: g.get("permutations").whole()}
		if m.Groups.Permutations == 0 {
			m.Groups.Permutations = groups.DefaultPermutations
		}
	}
	if h := n.get("hypotheses"); h != nil {
		for _, e := range h.entries {
			if claim, err := ParseClaim(e.name, e.value.str()); err == nil {
				m.Hypotheses = append(m.Hypotheses, claim)
			}
		}
	}
	return m
}

// path resolves a path of the study file.
func (s *Study) path(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) || s.File == "" {
		return name
	}
	return filepath.Join(filepath.Dir(s.File), name)
}

// place returns where a key stands, by its path with indices. A study that
// was built by hand has no positions, only keys.
func (s *Study) place(path string) finding.Place {
	if p, ok := s.places[path]; ok {
		return p
	}
	p := finding.Place{Key: withoutIndices(path)}
	if s.File != "" {
		p.File = filepath.Base(s.File)
	}
	return p
}

// The getters below give the zero value for a nil node and for one of another
// kind, which the checker has reported.

func (n *node) str() string {
	if n == nil || n.kind != scalarNode {
		return ""
	}
	return n.text
}

func (n *node) number() float64 {
	v, err := strconv.ParseFloat(n.str(), 64)
	if err != nil {
		return 0
	}
	return v
}

func (n *node) whole() int {
	v, err := strconv.Atoi(n.str())
	if err != nil {
		return 0
	}
	return v
}

func (n *node) strings() []string {
	if s := n.str(); s != "" {
		return []string{s}
	}
	var out []string
	for _, i := range n.list() {
		if s := i.str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (n *node) names() map[string]string {
	if n == nil || len(n.entries) == 0 {
		return nil
	}
	out := make(map[string]string, len(n.entries))
	for _, e := range n.entries {
		if s := e.value.str(); s != "" {
			out[e.name] = s
		}
	}
	return out
}

func (n *node) list() []*node {
	if n == nil {
		return nil
	}
	return n.items
}

// at returns the node, or an empty one that stands nowhere.
func (n *node) at() *node {
	if n == nil {
		return &node{}
	}
	return n
}
