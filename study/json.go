package study

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"slices"

	"plumb/finding"
)

// resultJSON is the order and the names of result.json (docs/result.md). One
// model lies flat beside the data; several lie under models.
type resultJSON struct {
	Plumb   string          `json:"plumb"`
	Title   string          `json:"title,omitempty"`
	Note    string          `json:"note,omitempty"`
	Command string          `json:"command,omitempty"`
	Data    json.RawMessage `json:"data"`
	*flatJSON
	Models   []Fitted      `json:"models,omitempty"`
	Findings *finding.List `json:"findings"`
}

// flatJSON is the one model of a study.
type flatJSON struct {
	Name       string       `json:"name,omitempty"`
	Settings   Settings     `json:"settings"`
	Model      Model        `json:"model"`
	Estimate   Estimate     `json:"estimate"`
	Inference  *Inference   `json:"inference"`
	Groups     *Groups      `json:"groups,omitempty"`
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"`
}

// dataJSON adds to Data what a reader looks for beside the number of rows.
type dataJSON struct {
	dataFields
	RowsUsed *int `json:"rows_used,omitempty"` // of the one model; several have their own
	Missing  int  `json:"missing"`             // see Result.Missing
}

// dataFields is Data without its methods.
type dataFields Data

// Missing returns the number of missing answers among the indicators of the
// models, or in the whole file when there is no model.
func (r *Result) Missing() int {
	used := map[string]bool{}
	for _, f := range r.Models {
		for _, c := range f.Model.Constructs {
			for _, i := range c.Indicators {
				used[i] = true
			}
		}
	}
	n := 0
	for _, c := range r.Data.Columns {
		if len(used) == 0 || used[c.Name] {
			n += c.Missing
		}
	}
	return n
}

// MarshalJSON writes the result as result.json has it. With one model the
// findings about it follow those about the data in one list.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := resultJSON{Plumb: r.Plumb, Title: r.Title, Note: r.Note, Command: r.Command}
	data := dataJSON{dataFields: dataFields(r.Data), Missing: r.Missing()}
	findings := append(finding.List{}, r.Findings...) // not nil, so that it is [] and not null
	models := slices.Clone(r.Models)
	for i := range models {
		noNulls(reflect.ValueOf(&models[i]).Elem())
	}
	noNulls(reflect.ValueOf(&data).Elem())
	if len(models) == 1 {
		m := models[0]
		data.RowsUsed = &m.RowsUsed
		out.flatJSON = &flatJSON{m.Name, m.Settings, m.Model, m.Estimate, m.Inference, m.Groups, m.Hypotheses}
		findings = append(findings, m.Findings...)
	} else {
		out.Models = models
	}
	out.Findings = &findings
	var err error
	if out.Data, err = encode(data); err != nil {
		return nil, err
	}
	return encode(out)
}

// noNulls makes the lists of a struct, and of the structs in it, empty where
// they are nil: a reader of the file may then loop over every list.
func noNulls(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Slice:
			if f.IsNil() && f.CanSet() {
				f.Set(reflect.MakeSlice(f.Type(), 0, 0))
			}
		case reflect.Struct:
			noNulls(f)
		}
	}
}

// UnmarshalJSON reads what MarshalJSON wrote. The findings of a single model
// come back among those of the result.
func (r *Result) UnmarshalJSON(b []byte) error {
	in := resultJSON{flatJSON: &flatJSON{}}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	var data dataJSON
	if err := json.Unmarshal(in.Data, &data); err != nil {
		return err
	}
	*r = Result{Plumb: in.Plumb, Title: in.Title, Note: in.Note, Command: in.Command, Data: Data(data.dataFields), Models: in.Models}
	if in.Findings != nil {
		r.Findings = *in.Findings
	}
	if data.RowsUsed != nil {
		f := in.flatJSON
		r.Models = []Fitted{{Name: f.Name, RowsUsed: *data.RowsUsed, Settings: f.Settings, Model: f.Model,
			Estimate: f.Estimate, Inference: f.Inference, Groups: f.Groups, Hypotheses: f.Hypotheses}}
	}
	return nil
}

// encode is json.Marshal without the escapes for HTML: model texts are full of
// < and >.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// WriteJSON writes result.json: indented, with a line end at the end.
func WriteJSON(w io.Writer, r *Result) error {
	compact, err := encode(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = w.Write(b.Bytes())
	return err
}
