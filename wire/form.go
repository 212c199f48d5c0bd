package wire

import "frontdesk/queue"

const (
	maxFields = 64 // of a form
	maxValues = 64 // of a field
)

// Form is a data form (XEP-0004).
type Form struct {
	Type   string // form, submit, cancel or result
	Fields []Field
}

// Field is one field of a form.
type Field struct {
	Type   string // "": text-single, as in what is submitted
	Var    string
	Values []string
}

// ReadForm reads the data form among the children of e; without one it is
// empty. Errors are of type [*Error].
func ReadForm(e *Element) (Form, error) {
	x := e.Child(NSData, "x")
	if x == nil {
		return Form{}, nil
	}
	form := Form{Type: x.Attr("type")}
	for _, c := range x.Elements() {
		if c.Name != (Name{NSData, "field"}) {
			continue
		}
		if len(form.Fields) == maxFields {
			return Form{}, tooBig("form with too many fields")
		}
		field, err := readField(c)
		if err != nil {
			return Form{}, err
		}
		form.Fields = append(form.Fields, field)
	}
	return form, nil
}

func readField(e *Element) (Field, error) {
	f := Field{Type: e.Attr("type"), Var: e.Attr("var")}
	for _, c := range e.Elements() {
		if c.Name != (Name{NSData, "value"}) {
			continue
		}
		if len(f.Values) == maxValues {
			return f, tooBig("field with too many values")
		}
		f.Values = append(f.Values, c.Text())
	}
	return f, nil
}

// Value is the first value of the field, "" when it has none.
func (f Field) Value() string {
	if len(f.Values) == 0 {
		return ""
	}
	return f.Values[0]
}

// lookup returns the first field of that name that has a value.
func (f *Form) lookup(name string) (string, bool) {
	for _, field := range f.Fields {
		if field.Var == name && len(field.Values) > 0 {
			return field.Values[0], true
		}
	}
	return "", false
}

// Element is the form for writing.
func (f *Form) Element() *Element {
	x := New(NSData, "x", Attrs("type", f.Type))
	for _, field := range f.Fields {
		e := New(NSData, "field", Attrs("type", field.Type, "var", field.Var))
		for _, v := range field.Values {
			e.Children = append(e.Children, Node{Element: New(NSData, "value", nil, v)})
		}
		x.Children = append(x.Children, Node{Element: e})
	}
	return x
}

// ReadJoin reads what came with <join-queue/> (XEP-0142 §4.2): answers in a
// data form, or in plain children. Errors are of type [*Error].
func ReadJoin(e *Element) (queue.Form, error) {
	form, err := ReadForm(e)
	if err != nil {
		return queue.Form{}, err
	}
	answer := func(name string) string {
		if value, ok := form.lookup(name); ok {
			return value
		}
		if child := e.Child(NSWorkgroup, name); child != nil {
			return child.Text()
		}
		return ""
	}
	return queue.Form{Name: answer("name"), Email: answer("email"), Question: answer("question")}, nil
}
