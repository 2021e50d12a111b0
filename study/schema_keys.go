package study

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb/finding"
	"plumb/frame/open"
	"plumb/infer"
)

// keyKind says what a key of the study file takes.
type keyKind uint8

const (
	textKey     keyKind = iota
	numberKey           // any number within the bounds
	wholeKey            // a whole number within the bounds
	rowKey              // a row number from 1, or none
	boolKey             // true or false
	textsKey            // one text, or a list of texts
	namesKey            // a mapping of the user's own names to texts
	sectionKey          // a mapping of the keys below
	sectionsKey         // a list of such mappings
	laterKey            // anything: a section that this version does not evaluate
)

// key is one key of the study file. The table below is the only list of keys:
// the check of a file, plumb schema, docs/study-file.md and the flags of plumb
// fit all come from it.
type key struct {
	name     string
	kind     keyKind
	doc      string
	standard string   // what holds when the key is absent, in the words of the file
	example  string   // of the value, as a study file writes it
	values   []string // the permitted words; nil permits any text
	low      float64  // bounds of a number: inclusive, unless open
	high     float64  // 0: no bound
	open     bool     // the bounds themselves are excluded
	valid    func(text string) error
	keys     []key    // of a section
	oneOf    []string // of a section: exactly one of these keys is needed
	required bool
}

// The words of the settings, the default first.
var (
	schemes    = []string{"path", "factorial", "centroid"}
	treatments = []string{"mean", "listwise", "pairwise"}
	modes      = []string{"A", "B"}
	intervals  = infer.Intervals()

	resampleUnits = []string{"clusters", "people"}
	sidesWords    = []string{"two-sided", "greater", "less"}
	adjustments   = []string{"none", "holm", "bonferroni", "bh"}
	inadmissibles = []string{"keep", "drop"}
	truths        = []string{"false", "true"}
	formats       = formatNames()
)

func formatNames() []string {
	var names []string
	for _, f := range open.Formats() {
		names = append(names, f.Name())
	}
	return names
}

var studyKeys = key{kind: sectionKey, doc: "A plumb study: data, models and settings.", keys: []key{
	{name: "title", kind: textKey, doc: "Title of the study, shown above the report.", example: "Trust and loyalty in nine towns"},
	{name: "note", kind: textKey, doc: "What a reader should know first: where the data come from, when, who was asked.", example: "312 households, spring 2024."},
	{name: "data", kind: sectionKey, required: true, doc: "The survey, or a published matrix in its place.", oneOf: []string{"file", "matrix"}, keys: []key{
		{name: "file", kind: textKey, doc: "The survey file, relative to the study file.", example: "survey.csv"},
		{name: "matrix", kind: textKey, doc: "A file with a correlation or covariance matrix, in place of raw data.", example: "correlations.csv"},
		{name: "n", kind: wholeKey, low: 2, doc: "Number of cases behind the matrix, when its file does not say.", example: "344"},
		{name: "codebook", kind: textKey, doc: "A table (CSV or XLSX) with label, scale level, permitted values, missing codes and role of each column.", example: "codebook.csv"},
		{name: "format", kind: textKey, values: formats, standard: "by content", doc: "Format of the file, when its content does not tell.", example: "csv"},
		{name: "sheet", kind: textKey, standard: "the first sheet with a table", doc: "Sheet of a workbook: its name, or its number from 1.", example: "Answers"},
		{name: "header", kind: rowKey, standard: "found", doc: "Row with the column names, as a spreadsheet numbers it, or none.", example: "3"},
		{name: "delimiter", kind: textKey, standard: "found", valid: func(s string) error { _, err := ParseDelimiter(s); return err },
			doc: "What stands between the cells of a text file: comma, semicolon, tab, bar, caret, blank, or the character itself.", example: "semicolon"},
		{name: "decimal", kind: textKey, standard: "found", valid: func(s string) error { _, err := ParseDecimal(s); return err },
			doc: "Decimal mark of a text file: point or comma.", example: "comma"},
		{name: "encoding", kind: textKey, standard: "found", doc: "Encoding of a text file, by its usual name.", example: "windows-1254"},
		{name: "missing", kind: textsKey, doc: "Codes that mean no answer in every column, numbers or texts.", example: "[-99, n/a]"},
		{name: "id", kind: textKey, doc: "Column that names the respondent.", example: "respondent"},
		{name: "weight", kind: textKey, doc: "Column with the sampling weights.", example: "weight"},
		{name: "cluster", kind: textKey, doc: "Column of the clusters that were sampled, such as villages.", example: "village"},
		{name: "strata", kind: textKey, doc: "Column of the strata that were sampled within.", example: "region"},
		{name: "group", kind: textKey, doc: "Column of the groups to compare.", example: "gender"},
		{name: "wave", kind: textKey, doc: "Column that tells the waves of a panel apart.", example: "year"},
	}},
	{name: "models", kind: sectionsKey, doc: "The path models, in reporting order.", oneOf: []string{"text", "file"}, keys: []key{
		{name: "name", kind: textKey, standard: "model 1, model 2, ...", doc: "Name of the model in tables and files.", example: "trust and loyalty"},
		{name: "text", kind: textKey, doc: "The model, one line a construct or dependent construct; write | after the colon and indent the lines.", example: "|\n  Trust =~ t1 + t2 + t3\n  Loyalty =~ l1 + l2\n  Loyalty ~ Trust"},
		{name: "file", kind: textKey, doc: "A text file that holds the model, relative to the study file.", example: "model.txt"},
		{name: "labels", kind: namesKey, doc: "What constructs are called in the report, by their names in the model.", example: "{CBE: Cross-border e-commerce}"},
		{name: "estimate", kind: sectionKey, doc: "How the model is estimated.", keys: []key{
			{name: "estimator", kind: textKey, values: Estimators, standard: "pls", doc: "Partial least squares, consistent partial least squares, or sum scores.", example: "plsc"},
			{name: "scheme", kind: textKey, values: schemes, standard: "path", doc: "Inner weighting scheme.", example: "factorial"},
			{name: "mode", kind: namesKey, values: modes, standard: "A for =~, B for <~", doc: "Mode of the outer weights of single constructs: A (correlations) or B (regression).", example: "{QUAL: A}"},
			{name: "missing", kind: textKey, values: treatments, standard: "mean", doc: "What is done about missing answers: the mean of the column put in, the cases left out, or each correlation from the cases that have both.", example: "listwise"},
			{name: "tolerance", kind: numberKey, low: 0, high: 1, open: true, standard: "1e-7", doc: "The iteration ends when no outer weight changes by more than this.", example: "1e-10"},
			{name: "max-iterations", kind: wholeKey, low: 1, standard: "3000", doc: "The iteration ends here, and says so, when it has not converged.", example: "300"},
		}},
		{name: "inference", kind: sectionKey, doc: "Standard errors and intervals by resampling.", keys: []key{
			{name: "bootstrap", kind: wholeKey, low: 0, high: 10_000_000, standard: "0", doc: "Number of bootstrap replicates.", example: "10000"},
			{name: "interval", kind: textKey, values: intervals, standard: "percentile", doc: "Kind of interval.", example: "bca"},
			{name: "level", kind: numberKey, low: 0, high: 1, open: true, standard: "0.95", doc: "Confidence level.", example: "0.9"},
			{name: "seed", kind: wholeKey, low: 1, standard: "1", doc: "Seed of the random streams: the same seed gives the same figures.", example: "20240501"},
			{name: "resample", kind: textKey, values: resampleUnits, standard: "clusters", doc: "What is drawn where the data have a cluster column: whole clusters, or people as if they had been sampled one by one.", example: "people"},
			{name: "sides", kind: textKey, values: sidesWords, standard: "two-sided", doc: "Against what effects are tested: two-sided, above 0 (greater) or below 0 (less); a one-sided interval is open on the other side.", example: "greater"},
			{name: "adjust", kind: textKey, values: adjustments, standard: "none", doc: "Correction of the p values of the paths for their number.", example: "holm"},
			{name: "inadmissible", kind: textKey, values: inadmissibles, standard: "keep", doc: "What becomes of replicates that did not converge or are inadmissible; they are counted either way.", example: "drop"},
			{name: "fit", kind: boolKey, values: truths, standard: "false", doc: "Whether exact fit is tested, by as many replicates of data that were changed to fit the model exactly. It takes many times longer than the intervals.", example: "true"},
			{name: "workers", kind: wholeKey, low: 0, standard: "all cores", doc: "Number of processor cores to use; it changes the time, not the figures.", example: "2"},
		}},
		{name: "groups", kind: sectionKey, doc: "Comparison of groups or waves: multigroup analysis, measurement invariance (MICOM) and a test of all groups at once. Tests that need a bootstrap draw the replicates that inference asks for; level, seed and adjustment are those of inference too.", keys: []key{
			{name: "by", kind: textKey, standard: "the column of data: group, else wave", doc: "Column of the groups to compare.", example: "gender"},
			{name: "permutations", kind: wholeKey, low: 1, high: 100000, standard: "1000", doc: "Number of times that people are dealt out to the groups anew; all are kept in memory.", example: "5000"},
		}},
		{name: "hypotheses", kind: namesKey, valid: func(s string) error { _, err := ParseClaim("", s); return err },
			doc: "Directed claims about a path or an indirect effect: > 0, < 0 or != 0.", example: "{H1: Trust -> Loyalty > 0}"},
	}},
	{name: "report", kind: laterKey, doc: "How the report is made. This version has no settings for it."},
	{name: "change", kind: laterKey, doc: "Comparison before and after. This version does not evaluate it."},
	{name: "welfare", kind: laterKey, doc: "Poverty and inequality. This version does not evaluate it."},
	{name: "indicators", kind: laterKey, doc: "Indicators of a results framework. This version does not evaluate them."},
}}

// child returns the key of that name in a section, or nil.
func (k *key) child(name string) *key {
	i := slices.IndexFunc(k.keys, func(c key) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return &k.keys[i]
}

// find returns the key at a dotted path, such as models.estimate.scheme.
func (k *key) find(path string) *key {
	for name := range strings.SplitSeq(path, ".") {
		if k = k.child(name); k == nil {
			return nil
		}
	}
	return k
}

// names returns the names of the keys of a section.
func (k *key) names() []string {
	names := make([]string, len(k.keys))
	for i, c := range k.keys {
		names[i] = c.name
	}
	return names
}

// KeyInfo is what is known of one key of the study file.
type KeyInfo struct {
	Doc     string   // a sentence
	Default string   // in the words of the file; "" when there is none
	Example string   // of a value
	Words   []string // the permitted words, when the key is a choice
}

// Key returns what is known of a key, such as models.estimate.scheme. It panics
// when there is no such key.
func Key(path string) KeyInfo {
	k := studyKeys.find(path)
	if k == nil {
		panic("study: no key " + path)
	}
	return KeyInfo{k.doc, k.standard, k.example, slices.Clone(k.values)}
}

// CheckValue says in a sentence why a text cannot be the value of a key of the
// study file, such as models.estimate.scheme: the flags of the command line
// take the same values. It panics when there is no such key.
func CheckValue(path, text string) error {
	k := studyKeys.find(path)
	if k == nil {
		panic("study: no key " + path)
	}
	if message, hint := k.scalar(text); message != "" {
		return errors.New(strings.TrimSpace(message + " " + hint))
	}
	return nil
}

// expects says what the key takes, to follow "expected".
func (k *key) expects() string {
	switch k.kind {
	case numberKey:
		return "a number" + k.bounds()
	case wholeKey:
		return "a whole number" + k.bounds()
	case rowKey:
		return "a row number from 1, or none"
	case textsKey:
		return "a text or a list such as " + k.example
	case namesKey:
		return "names with their values, such as " + k.example
	case sectionKey:
		return "the keys " + strings.Join(k.names(), ", ")
	case sectionsKey:
		return "a list: each entry begins with a dash and has the keys " + strings.Join(k.names(), ", ")
	}
	if k.values != nil {
		return "one of " + strings.Join(k.values, ", ")
	}
	return "a text"
}

func (k *key) bounds() string {
	low, high := strconv.FormatFloat(k.low, 'g', -1, 64), strconv.FormatFloat(k.high, 'g', -1, 64)
	switch {
	case k.high == 0 && k.kind == wholeKey:
		return " from " + low
	case k.high == 0:
		return ""
	case k.open:
		return " between " + low + " and " + high
	}
	return " from " + low + " to " + high
}

// scalar checks one value. An empty message means that it is right.
func (k *key) scalar(text string) (message, hint string) {
	wrong := func() (string, string) {
		return fmt.Sprintf("%q is not %s.", text, k.expects()), "Write, for example, " + k.example + "."
	}
	switch k.kind {
	case numberKey:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || !k.within(v) {
			return wrong()
		}
	case wholeKey:
		v, err := strconv.ParseUint(text, 10, 64)
		if err != nil || !k.within(float64(v)) {
			return wrong()
		}
	case rowKey:
		if v, err := strconv.Atoi(text); text != "none" && (err != nil || v < 1) {
			return wrong()
		}
	}
	if k.values != nil && !slices.Contains(k.values, text) {
		hint := finding.DidYouMean(text, k.values)
		return fmt.Sprintf("%q is not one of %s.", text, strings.Join(k.values, ", ")), hint
	}
	if k.valid != nil {
		if err := k.valid(text); err != nil {
			return strings.TrimSuffix(err.Error(), ".") + ".", "Write, for example, " + k.inner() + "."
		}
	}
	return "", ""
}

// inner is the example of one value.
func (k *key) inner() string {
	if k.kind == namesKey {
		return strings.Trim(k.example, "{}")
	}
	return k.example
}

func (k *key) within(v float64) bool {
	if k.open {
		return v > k.low && (k.high == 0 || v < k.high)
	}
	return v >= k.low && (k.high == 0 || v <= k.high)
}

var delimiters = []struct {
	name string
	char rune
}{{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}, {"caret", '^'}, {"blank", ' '}}

// ParseDelimiter reads a delimiter: comma, semicolon, tab, bar, caret, blank,
// \t or a single character.
func ParseDelimiter(s string) (rune, error) {
	for _, d := range delimiters {
		if s == d.name {
			return d.char, nil
		}
	}
	if s == `\t` {
		return '\t', nil
	}
	r := []rune(s)
	if len(r) == 1 && r[0] != '"' && r[0] != '\n' && r[0] != '\r' && r[0] != 0 && r[0] != '\ufffd' {
		return r[0], nil
	}
	names := make([]string, len(delimiters))
	for i, d := range delimiters {
		names[i] = d.name
	}
	return 0, fmt.Errorf("%q is no delimiter: it is one of %s, or a single character", s, strings.Join(names, ", "))
}

// ParseDecimal reads a decimal mark: point, comma, or the character itself.
func ParseDecimal(s string) (rune, error) {
	switch s {
	case ".", "point":
		return '.', nil
	case ",", "comma":
		return ',', nil
	}
	return 0, fmt.Errorf("%q is no decimal mark: it is point or comma", s)
}
